"""Variant forms of Han characters: each is replaced by one standard form, one character by one.

1. Traditional characters become simplified (OpenCC's ``t2s``).
2. A rare form, which is one that the standard GB 2312 lacks, becomes the common form that the tables below or OpenCC's
   dictionaries of Taiwanese, Hong Kong and Japanese forms name: 餘 and 馀 become 余, 広 becomes 广.

Two common characters that ``t2s`` keeps apart stay apart, except those of ``_MERGED``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from searchkit.language.conversions import conversion, dictionary


def _parse_table(table: str) -> dict[str, str]:
    return {pair[0]: pair[1] for pair in table.split()}


_RADICALS = _parse_table(
    """
    ⺁厂 ⺇几 ⺌小 ⺒巳 ⺓幺 ⺝月 ⺟母 ⺠民 ⺧牛 ⺩王 ⺫目 ⺬示 ⺮竹 ⺱网 ⺳网 ⺶羊 ⺷羊 ⺸羊 ⺼月 ⺽臼 ⻁虎 ⻃西
    ⻄西 ⻅见 ⻆角 ⻇角 ⻉贝 ⻊足 ⻋车 ⻑长 ⻒长 ⻓长 ⻔门 ⻗雨 ⻘青 ⻙韦 ⻚页 ⻛风 ⻜飞 ⻝食 ⻟食 ⻡首 ⻢马 ⻣骨
    ⻤鬼 ⻥鱼 ⻦鸟 ⻧卤 ⻨麦 ⻩黄 ⻪黾 ⻫齐 ⻬齐 ⻭齿 ⻮齿 ⻯龙 ⻰龙 ⻱龟 ⻲龟 ⻳龟
    """
)
"""Radicals that text copied from PDF files contains in place of characters, as far as NFKC does not replace them."""

_RARE = _parse_table(
    """
    瞭了 祇只 甦苏 砲炮 姪侄 珮佩 迺乃 偺咱 揹背 搾榨 搆构 煖暖 瑯琅 瘉愈 暱昵 濬浚 燄焰 糢模 餽馈 鼇鳌 櫂棹 賸剩
    僇戮 勦剿 傚效 嬝袅 彊强 籐藤 跼局 剉锉 摀捂 燿耀 痲麻 瞋嗔 篛箬 踡蜷 銲焊 倣仿 玨珏 鬬斗 鬭斗 鬦斗 畬畲 邨村
    菓果 韮韭 囯国 囙因 劵券 兎兔 亯享 淸清 儍傻 紥扎 硏研 恊协 廸迪 吿告 厰厂 貎貌 凖准 塲场 寃冤 聼听 栢柏 陜陕
    巿市 髙高 囬回 囘回 羙美 𠮷吉 氷冰 甞尝 畧略 皃貌 眀明 睠眷 竒奇 縂总 罸罚 羢绒 翺翱 聨联 肎肯 胷胸 脗吻 舩船
    荅答 葢盖 蘓苏 虵蛇 蜨蝶 衇脉 袵衽 裠裙 襍杂 觧解 譌讹 賔宾 賍赃 軄职 輭软 辠罪 迯逃 遯遁 酧酬 醕醇 鍳鉴 鎻锁
    鐡铁 闗关 隄堤 隷隶 霛灵 靣面 鞵鞋 韈袜 頟额 飮饮 餻糕 騐验 骾鲠 髥髯 鬂鬓 鴈雁 鵞鹅 鷰燕 麄粗 麐麟 鼃蛙 鼔鼓
    澂澄 椀碗 惪德 悳德 忼慷 恠怪 悮误 惷蠢 憇憩 戞戛 拏拿 捄救 捥腕 掽碰 搯掏 摠总 撡操 攷考 昬昏 暎映 朞期 枒丫
    栞刊 楳梅 槀槁 櫈凳 欵款 殽肴 毧绒 沍冱 涖莅 淛浙 湼涅 潄漱 澁涩 炤照 煑煮 爗烨 牎窗 牕窗 犂犁 猨猿 獘毙 瓈璃
    甎砖 畊耕 疎疏 痐蛔 皷鼓 盌碗 盇盍 眎视 矙瞰 碪砧 祘算 秔粳 稉粳 穽阱 窰窑 窻窗 竝并 笧策 箎篪 箒帚 籢奁 粦磷
    絏绁 緜绵 縚绦 繙翻 罇樽 耡锄 脃脆 膓肠 艪橹 苺莓 茟笔 菑灾 葠参 蕚萼 蘂蕊 虖乎 蛕蛔 蠏蟹 衒炫 袠帙 裌夹 躱躲
    迆迤 鄕乡 郞郎 酖鸩 醼宴 銕铁 働动 﨑崎 濵滨 挙举 郷乡 渋涩 鉱矿 値值 倶俱 塡填 呉吴 呪咒 姫姬 戸户 楡榆 曁暨
    溌泼 繋系 焔焰 竃灶 舎舍 舗铺 聡聪 茘荔 隣邻 駈驱 頴颖 汚污 皐皋 輌辆 闘斗 鬪斗 鼈鳖 䀋盐 馀余 钜巨 锺钟 迳径
    谘咨 镟旋 妳你 牠它 姉姐 伕夫 鎗枪 廻回 閙闹 岀出 寳宝 揑捏 脇胁 貭质 讃赞 羮羹 烱炯 逹达 辧办 鄊乡 癈废 徬彷
    """
)
"""Rare forms that OpenCC's dictionaries do not convert: traditional, obsolete and Japanese forms, and misspellings.

GB 2312 has the last six, too. Rare forms that are common in names (喆, 堃, 淼) are left out, to tell the names apart.
"""

_MERGED = {"著": "着", "藉": "借", "彷": "仿", "帐": "账", "姊": "姐"}
"""Common characters that the mainland writes as another: 隨著 as 随着, 藉口 as 借口, 彷彿 as 仿佛, 帳戶 as 账户."""

_STANDARD_FORMS = {**_RADICALS, **_RARE, **_MERGED}
_FIRST_VARIANT = min(_RADICALS)


def simplified(char: str) -> str:
    """The standard form of a Han character; any other character unchanged.

    >>> [simplified(char) for char in "餘馀広⻓"]
    ['余', '余', '广', '长']
    """
    if char < _FIRST_VARIANT:
        return char
    if char in _STANDARD_FORMS:
        return _STANDARD_FORMS[char]
    if not _is_han(char):
        return char
    simple = _one_character(conversion("t2s")(char), char)
    return _MERGED.get(simple, simple) if _is_common(simple) else _common_form(simple)


def simplified_each(chars: Iterable[str]) -> dict[str, str]:
    """``simplified`` of each of many characters, which are converted together.

    >>> simplified_each("馀广x")
    {'馀': '余', '广': '广', 'x': 'x'}
    """
    found = {char: _STANDARD_FORMS.get(char, char) for char in chars}
    han = [char for char in found if _is_han(char) and char not in _STANDARD_FORMS]
    converted = conversion("t2s")("\n".join(han)).split("\n") if han else []
    simple = list(map(_one_character, converted, han))
    common = set("".join(simple).encode("gb2312", "ignore").decode("gb2312"))
    for char, form in zip(han, simple, strict=True):
        found[char] = _MERGED.get(form, form) if form in common else _common_form(form)
    return found


def _common_form(char: str) -> str:
    """The standard form of a rare character, simplified; the character itself if that is as rare."""
    return next((form for form in _standard_forms(char) if _is_common(form)), char)


def _standard_forms(char: str) -> Iterator[str]:
    """Candidates for the standard form of a rare character, simplified."""
    if char in _STANDARD_FORMS:
        yield _STANDARD_FORMS[char]
    for convert in (
        dictionary("STCharacters"),
        dictionary("HKVariantsRev"),
        dictionary("TWVariantsRev"),
        conversion("jp2t"),
    ):
        yield _one_character(conversion("t2s")(convert(char)), char)


def _one_character(converted: str, char: str) -> str:
    """The converted character; the original one if the conversion returned several."""
    return converted if len(converted) == 1 else char


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or "\U00020000" <= char <= "\U0003ffff"


def _is_common(char: str) -> bool:
    """Whether GB 2312, the mainland's basic set of 6,763 characters, has a character."""
    try:
        return len(char.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False
