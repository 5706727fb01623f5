"""What is offered while somebody types: by what was typed, in which order, whatever the history of the index."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import searchkit
from searchkit.cli import main
from searchkit.engines.suggesting.typed import Syllabary, typo_patterns
from searchkit.errors import IndexCorrupt, QueryError
from searchkit.searching import history
from searchkit.suggestion import Suggestion
from tests.conftest import Posts, write_posts

POSTS: Posts = {
    "a.md": {
        "title": "香港通关首日",
        "date": "2021-11-08",
        "source": "維港漫遊",
        "body": "香港与内地通关。",
        "tags": ["出行"],
    },
    "b.md": {"title": "香港通關之後", "date": "2021-12-01", "source": "維港漫遊", "body": "高铁站的人多了。"},
    "c.md": {"title": "重庆的夜", "date": "2020-01-01", "source": "山城", "body": "长江边的重庆，长大以后再看。"},
    "d.md": {"title": "臺灣環島", "date": "2019-01-01", "body": "臺灣的山海。", "tags": ["出行", "環島"]},
    "e.md": {"title": "Python 入门", "body": "人工智能用 Python 写。"},
    "f.md": {"title": "Getting started with Rust", "body": "长城在北京。银行行长。"},
}


@pytest.fixture(scope="module")
def index(make_index: Callable[..., searchkit.Index]) -> searchkit.Index:
    return make_index(POSTS)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("香", "香港"),
        ("xg", "香港"),
        ("xiangg", "香港"),
        ("香g", "香港"),
        ("xianggang", "香港"),
        ("xgang", "香港"),
        ("xiang'g", "香港"),
        ("XG", "香港"),
        ("x港", "香港"),
        ("高铁 xg", "高铁 香港"),
        ("-xg", "-香港"),
        ("title:xg", "title:香港"),
        ("xgtg", "香港通關"),
        ("香港t", "香港通關"),
        ("cq", "重庆"),
        ("zq", "重庆"),
        ("chongqing", "重庆"),
        ("zhongqing", "重庆"),
        ("zhangc", "长城"),
        ("changc", "长城"),
        ("臺", "臺灣"),
        ("台", "臺灣"),
        ("tw", "臺灣"),
        ("pyt", "Python"),
        ("PYT", "Python"),
        ("py", "Python 入门"),
        ("香港通关s", "香港通关首日"),
        ("入", "Python 入门"),
        ("started w", "Getting started with Rust"),
        ("getting s", "Getting started with Rust"),
        ("pyhton", "Python"),
        ("pthon", "Python"),
        ("pytthon", "Python"),
        ("pytjon", "Python"),
        ("xianggnag", "香港"),
        ("xiangang", "香港"),
        ("xianggamg", "香港"),
        ("人工只能", "人工智能"),
        ("人工能", "人工智能"),
        ("人工智智能", "人工智能"),
        ("维", "維港漫遊"),
        ("source:", "山城"),
        ("source:sc", "山城"),
        ("香港 source:wei", "維港漫遊"),
        ("tag:", "出行"),
        ("tag:环", "環島"),
        ("tag:hd", "環島"),
    ],
)
def test_what_was_typed_offers(index: searchkit.Index, typed: str, offered: str) -> None:
    assert offered in [each.text for each in index.suggest(typed)]


@pytest.mark.parametrize(
    "typed", ["", " ", "zzzzz", "'", "''", "\0", "香" * 500, "a" * 500, "\ud800", "source:zzz", "(", '"']
)
def test_what_means_nothing_offers_nothing(index: searchkit.Index, typed: str) -> None:
    assert index.suggest(typed) == ()


def test_exact_beginnings_come_before_pinyin_and_these_before_typos(make_index: Callable[..., searchkit.Index]) -> None:
    posts = make_index({"a.md": "shang", "b.md": "上海", "c.md": "上海", "d.md": "shnag"})
    assert [each.text for each in posts.suggest("shang")][:1] == ["上海"], "what was typed whole is no suggestion"
    assert [each.text for each in posts.suggest("shan")][:2] == ["shang", "上海"]


def test_more_frequent_words_come_first(index: searchkit.Index) -> None:
    first = index.suggest("x")[0]
    assert (first.text, first.kind, first.documents) == ("香港", "word", 2)


def test_a_title_leads_to_its_post(index: searchkit.Index) -> None:
    assert Suggestion("重庆的夜", "title", 1, "c.md") in index.suggest("重庆的")


def test_the_same_text_in_two_scripts_is_offered_once(index: searchkit.Index) -> None:
    offered = [
        (each.text, each.documents)
        for each in index.suggest("香港通")
        if searchkit.language.fold(each.text) == "香港通关"
    ]
    assert offered == [("香港通關", 2)], "as the newer post writes it"


def test_a_value_is_a_query_of_its_field() -> None:
    assert Suggestion("城寨 Singjai", "source", 1).query == 'source:"城寨 Singjai"'
    assert Suggestion("高铁 香港", "word", 1).query == "高铁 香港"


def test_the_limit_bounds_what_is_offered(index: searchkit.Index) -> None:
    assert [len(index.suggest("香", limit=limit)) for limit in (0, 1, 2)] == [0, 1, 2]
    with pytest.raises(QueryError):
        index.suggest("x", limit=-1)


def test_past_queries_come_first_and_once(index: searchkit.Index) -> None:
    offered = index.suggest("香", past=["香港 通关", "深圳", "香港"])
    assert [(each.text, each.kind) for each in offered[:2]] == [("香港 通关", "past"), ("香港", "past")]
    assert [each.text for each in offered].count("香港") == 1


def test_a_deleted_post_is_never_offered(make_index: Callable[..., searchkit.Index]) -> None:
    many = {f"{number}.md": {"title": f"深圳 {number}", "body": "深圳"} for number in range(5)}
    posts = make_index({**many, "x.md": {"title": "香港", "body": "香港", "tags": ["孤本"]}}, many)
    assert posts.suggest("xg") == posts.suggest("香") == posts.suggest("tag:gu") == ()
    assert posts.suggest("sz")[0].documents == 5


_WORDS = ("香港", "通關", "通关", "重庆", "Python", "高铁", "臺灣", "长城")
_TITLES = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3).map("".join)
_CORPORA = st.dictionaries(st.sampled_from([f"{number}.md" for number in range(6)]), _TITLES, min_size=1)
_TYPED = ("香", "xg", "tg", "通", "cq", "z", "py", "c", "ch", "高铁t", "tag:", "pyhton", "香港通")


def _rebuilt(folder: Path, corpora: list[dict[str, str]]) -> searchkit.Index:
    for corpus in corpora:
        write_posts(folder / "corpus", {path: {"title": title, "body": title} for path, title in corpus.items()})
        searchkit.rebuild(folder / "corpus", folder / "index", jobs=1)
    return searchkit.open(folder / "index")


@settings(max_examples=15)
@given(st.lists(_CORPORA, min_size=2, max_size=4))
def test_any_history_offers_what_one_rebuild_does(corpora: list[dict[str, str]]) -> None:
    with (
        TemporaryDirectory() as one,
        TemporaryDirectory() as other,
        _rebuilt(Path(one), corpora) as grown,
        _rebuilt(Path(other), corpora[-1:]) as whole,
    ):
        for typed in _TYPED:
            assert grown.suggest(typed) == whole.suggest(typed)
            assert all(each.documents > 0 for each in grown.suggest(typed))


@settings(max_examples=15)
@given(_CORPORA)
def test_any_beginning_of_a_title_finds_it(corpus: dict[str, str]) -> None:
    with TemporaryDirectory() as folder, _rebuilt(Path(folder), [corpus]) as index:
        for title in corpus.values():
            for end in range(1, len(title) + 1):
                offered = index.suggest(title[:end], limit=100)
                assert any(searchkit.language.fold(each.text) == searchkit.language.fold(title) for each in offered)


def test_bytes_of_another_kind_are_damage(make_index: Callable[..., searchkit.Index], tmp_path: Path) -> None:
    index = make_index(POSTS)
    segment = next(index.path.glob("*.seg"))
    data = bytearray(segment.read_bytes())
    place = data.index("香港通关首日".encode("utf-16-le"))
    data[place] ^= 1
    segment.write_bytes(data)
    with searchkit.open(index.path) as damaged, pytest.raises(IndexCorrupt):
        damaged.suggest("香")
    assert "suggest.titles" in "".join(problem.message for problem in searchkit.check(index.path).problems)


def test_letters_are_cut_into_syllables_whole_or_begun() -> None:
    syllables = Syllabary(["an", "gang", "xi", "xian", "xiang"])
    assert [len(pattern) for pattern in syllables.patterns("xian")] == [1, 2, 3][: len(syllables.patterns("xian"))]
    assert [len(pattern) for pattern in syllables.patterns("xi'an")] == [2]
    assert syllables.patterns("香") == []


def test_short_texts_have_no_typos() -> None:
    assert typo_patterns("pyt") == typo_patterns("香港") == []
    assert typo_patterns("pyth")
    assert typo_patterns("香港人")


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.delenv(history.NO_HISTORY, raising=False)
    return tmp_path / "searchkit" / "queries.txt"


def test_past_queries_are_kept_newest_first_in_a_private_file(state: Path) -> None:
    for query in ("香港", "高铁  香港", "香港", "\x1b[31m", "a\nb", "\u202e", "x" * 500, ""):
        history.remember(query)
    assert history.past_queries() == ("a b", "香港", "高铁 香港")
    assert state.stat().st_mode & 0o777 == 0o600


def test_the_file_of_past_queries_is_bounded(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "_MAX_BYTES", 1000)
    for number in range(300):
        history.remember(f"香港 {number}")
    assert state.stat().st_size < 1100
    assert history.past_queries()[0] == "香港 299"


def test_several_processes_keep_their_queries(state: Path) -> None:
    keep = "[history.remember(sys.argv[1] + str(number)) for number in range(50)]"
    code = f"import sys; from searchkit.searching import history; {keep}"
    running = [subprocess.Popen([sys.executable, "-c", code, name]) for name in "abc"]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert set(history.past_queries()) == {f"{name}{number}" for name in "abc" for number in range(50)}


def test_no_history_is_kept_where_the_environment_says_so(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(history.NO_HISTORY, "1")
    history.remember("香港")
    assert not state.exists()


@pytest.mark.parametrize(
    ("options", "settings", "kept"), [((), "", True), (("--no-history",), "", False), ((), "history = false", False)]
)
def test_a_search_is_offered_again(
    state: Path,
    make_index: Callable[..., searchkit.Index],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    options: tuple[str, ...],
    settings: str,
    kept: bool,
) -> None:
    (tmp_path / "searchkit.toml").write_text(settings)
    monkeypatch.chdir(tmp_path)
    index = str(make_index(POSTS).path)
    main(["search", "香港 旧事", "--index", index, *options])
    capsys.readouterr()
    main(["suggest", "香", "--index", index])
    offered = capsys.readouterr().out.splitlines()
    assert ("香港 旧事" in offered) is kept
    assert "香港" in offered


def test_the_command_prints_a_query_a_line(
    state: Path, make_index: Callable[..., searchkit.Index], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["suggest", "xg", "--limit", "1", "--index", str(make_index(POSTS).path)]) == 0
    assert capsys.readouterr().out == "香港\n"
