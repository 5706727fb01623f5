"""Han characters: every form of one character becomes one form, always one character for one.

First traditional becomes simplified (OpenCC's ``t2s``). Then a rare form, one that the simplified standard GB 2312
does not have, becomes the everyday one that OpenCC's dictionaries of Taiwan's, Hong Kong's and Japan's forms or the
tables below name: 餘 and 馀 are 余, 広 is 广. Two everyday characters that ``t2s`` keeps apart stay apart, but for the
few of ``_WRITTEN_FOR_BOTH``, where one of the standards writes one character for two.
"""

from __future__ import annotations

from collections.abc import Iterator

from searchkit.language.conversions import conversion, dictionary


def _pairs(table: str) -> dict[str, str]:
    return {pair[0]: pair[1] for pair in table.split()}


_RADICALS = _pairs(
    """
    ⺁厂 ⺇几 ⺌小 ⺒巳 ⺓幺 ⺝月 ⺟母 ⺠民 ⺧牛 ⺩王 ⺫目 ⺬示 ⺮竹 ⺱网 ⺳网 ⺶羊 ⺷羊 ⺸羊 ⺼月 ⺽臼 ⻁虎 ⻃西
    ⻄西 ⻅见 ⻆角 ⻇角 ⻉贝 ⻊足 ⻋车 ⻑长 ⻒长 ⻓长 ⻔门 ⻗雨 ⻘青 ⻙韦 ⻚页 ⻛风 ⻜飞 ⻝食 ⻟食 ⻡首 ⻢马 ⻣骨
    ⻤鬼 ⻥鱼 ⻦鸟 ⻧卤 ⻨麦 ⻩黄 ⻪黾 ⻫齐 ⻬齐 ⻭齿 ⻮齿 ⻯龙 ⻰龙 ⻱龟 ⻲龟 ⻳龟
    """
)
"""Radicals that stand for characters in text copied from PDF files, those that NFKC does not know."""

_RARE = _pairs(
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
    谘咨 镟旋
    """
)
"""Rare forms that OpenCC's dictionaries leave as they are: traditional, older, Japan's, or taken for their twins.

The last six GB 2312 has as simplified forms of their own. Forms that tell names apart (喆, 堃, 淼) are not among them.
"""

_WRITTEN_FOR_BOTH = {"著": "着", "藉": "借", "彷": "仿"}
"""Taiwan writes 隨著, the mainland 随着; Taiwan and Hong Kong 藉口 and 彷彿, the mainland 借口 and 仿佛."""

_TWINS = {**_RADICALS, **_RARE, **_WRITTEN_FOR_BOTH}
_FIRST = min(_RADICALS)


def simplified(char: str) -> str:
    """The one form of a Han character; any other character as it is.

    >>> [simplified(char) for char in "餘馀広⻓"]
    ['余', '余', '广', '长']
    """
    if char < _FIRST:
        return char
    if char in _TWINS:
        return _TWINS[char]
    if not _is_han(char):
        return char
    simple = _one(conversion("t2s")(char), char)
    if _is_everyday(simple):
        return _WRITTEN_FOR_BOTH.get(simple, simple)
    return next((twin for twin in _twins(simple) if _is_everyday(twin)), simple)


def _twins(char: str) -> Iterator[str]:
    """The forms that a rare one may stand for, simplified."""
    if char in _TWINS:
        yield _TWINS[char]
    for convert in (
        dictionary("STCharacters"),
        dictionary("HKVariantsRev"),
        dictionary("TWVariantsRev"),
        conversion("jp2t"),
    ):
        yield _one(conversion("t2s")(convert(char)), char)


def _one(converted: str, char: str) -> str:
    return converted if len(converted) == 1 else char


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or "\U00020000" <= char <= "\U0003ffff"


def _is_everyday(char: str) -> bool:
    try:
        return len(char.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False
