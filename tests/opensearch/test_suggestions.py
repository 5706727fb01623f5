"""Of the same posts both engines suggest the same, and know the same words. What a node has is in memory here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.engines.files import NO_FILES
from searchkit.engines.opensearch.analysis.analysed import Analysed
from searchkit.engines.opensearch.indexing.vocabulary import Vocabulary
from searchkit.engines.opensearch.search.suggestions import KeptPosts
from searchkit.engines.opensearch.search.vocabulary import LazyVocabulary
from searchkit.engines.suggesting.suggestions import Suggestions
from searchkit.engines.whoosh.engine import WhooshEngine
from searchkit.engines.whoosh.search.searcher import WhooshSearcher
from searchkit.language.lexicon import Lexicon
from searchkit.language.pinyin import readings
from searchkit.model import Document
from searchkit.posts.documents import read_document
from searchkit.query.ast import Fuzzy, Pinyin
from searchkit.rebuilding.workers import Workers
from tests.opensearch.in_memory import Node
from tests.opensearch.test_analysis import DOCUMENTS

LEXICON = Lexicon({"港口新闻": 9}, {})
CORPUS = Path(__file__).parents[2] / "corpus"
LIMIT = 8


@contextmanager
def local_searcher(documents: Sequence[Document]) -> Iterator[WhooshSearcher]:
    with TemporaryDirectory() as folder:
        engine = WhooshEngine(Path(folder, "index"))
        with engine.writer("create", LEXICON) as writer:
            now = dt.datetime.now(dt.UTC)
            writer.commit([writer.write(documents)], (), NO_FILES, "/corpus", "UTC", now, Workers(1))
        searcher = engine.open()
        try:
            yield searcher
        finally:
            searcher.close()


class Kept:
    """What is suggested by the vocabulary that a generation keeps."""

    def __init__(self, documents: Sequence[Document]) -> None:
        vocabulary = Vocabulary()
        vocabulary.add([Vocabulary.of(documents, Analysed(documents, LEXICON), LEXICON)])
        self.vocabulary = LazyVocabulary(vocabulary.to_blobs().__getitem__)
        self.suggestions = Suggestions(KeptPosts(self.vocabulary, Node(documents, LEXICON).search))


def demo_documents() -> list[Document]:
    files = [file for file in sorted(CORPUS.rglob("*")) if file.suffix in (".md", ".markdown", ".html")]
    return [read_document(file.relative_to(CORPUS).as_posix(), file.read_bytes())[0] for file in files]


DEMO = demo_documents()


@pytest.fixture(scope="module")
def local() -> Iterator[WhooshSearcher]:
    with local_searcher(DEMO) as searcher:
        yield searcher


@pytest.fixture(scope="module")
def kept() -> Kept:
    return Kept(DEMO)


def beginnings(documents: Sequence[Document]) -> st.SearchStrategy[str]:
    """What is typed of a title, a source or a tag: as text, in pinyin, by initials, with a wrong letter."""
    texts = {text for document in documents for text in (document.title, document.source, *document.tags) if text}
    runs = sorted({run for text in texts for run in re.findall(r"\w+", text)} | texts)
    ways, before = st.sampled_from(WAYS), st.sampled_from(BEFORE)
    return st.builds(typed, st.sampled_from(runs or [""]), st.integers(1, 9), ways, before)


def typed(text: str, end: int, way: str, before: str) -> str:
    syllables = [(readings(char) or (char,))[0] for char in text]
    written = {
        "text": text,
        "pinyin": "".join(syllables),
        "initials": "".join(syllable[0] for syllable in syllables),
        "typo": f"{text[: end // 2]}x{text[end // 2 + 1 :]}",
    }
    return before + written[way][:end]


WAYS = ("text", "pinyin", "initials", "typo")
BEFORE = ("", "", "香港 ", "source:", "tag:", "-")


@settings(max_examples=200)
@given(beginnings(DEMO), st.integers(0, LIMIT))
def test_of_the_demo_both_suggest_the_same(local: WhooshSearcher, kept: Kept, text: str, limit: int) -> None:
    assert kept.suggestions.suggest(text, limit) == local.suggest(text, limit)


@settings(max_examples=10)
@given(DOCUMENTS, st.data())
def test_of_any_posts_both_suggest_the_same(documents: list[Document], data: st.DataObject) -> None:
    documents = [replace(document, path=f"{number}.md") for number, document in enumerate(documents)]
    kept = Kept(documents)
    with local_searcher(documents) as local:
        for _ in range(10):
            text = data.draw(beginnings(documents))
            assert kept.suggestions.suggest(text, LIMIT) == local.suggest(text, LIMIT)


def test_of_equally_old_posts_both_take_the_first_by_path() -> None:
    titles = {"c": "通關 Python", "b": "香港通關 PYTHON", "a": "香港通关 python", "d": "香港通關之後"}
    documents = [Document(path, title, None, title[:2], "", (title[2:],), title) for path, title in titles.items()]
    kept = Kept(documents)
    with local_searcher(documents) as local:
        for text in ("香港", "香港通", "xgtg", "py", "source:", "tag:", "通"):
            assert kept.suggestions.suggest(text, LIMIT) == local.suggest(text, LIMIT)
        assert [each.text for each in local.suggest("xgt", 1)] == ["香港通关"]


@pytest.mark.parametrize("prefix", ["", "香", "py", "旅", "zzz", "的", "\U0010ffff"])
def test_both_know_the_same_words(local: WhooshSearcher, kept: Kept, prefix: str) -> None:
    assert kept.vocabulary.terms(prefix, 20) == local.terms(prefix, 20)


@pytest.mark.parametrize("pinyin", ["xianggang", "lvxing", "xg", "zi", "zzz"])
def test_both_read_pinyin_alike(local: WhooshSearcher, kept: Kept, pinyin: str) -> None:
    sounds = local._segments[0].expander.sounds
    assert kept.vocabulary.readings(Pinyin(pinyin)) == sounds.readings(Pinyin(pinyin))


@pytest.mark.parametrize("field", ["words", "title_words"])
@pytest.mark.parametrize("fuzzy", [Fuzzy("pyhton", 2), Fuzzy("香港", 1), Fuzzy("", 1)])
def test_both_find_the_same_near_terms(local: WhooshSearcher, kept: Kept, fuzzy: Fuzzy, field: str) -> None:
    assert kept.vocabulary.fuzzy_terms(fuzzy, field) == local._segments[0].expander.fuzzy_terms(fuzzy, field)


@pytest.mark.parametrize("word", ["北惊", "pyhton", "香", "旅形"])
def test_both_know_the_same_near_words(local: WhooshSearcher, kept: Kept, word: str) -> None:
    assert kept.vocabulary.nearest(word, 5) == local._vocabulary.suggest(word, 5)
