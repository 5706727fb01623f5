"""The main job on real posts, where the sample is beside the checkout."""

from __future__ import annotations

import random
import re
import tarfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
import whoosh.index

import searchkit
from benchmarks.whoosh_door import differences, questions
from searchkit.language import fold

SAMPLE = Path(__file__).parents[2] / "shared" / "posts-20k.tar.xz"
POSTS = 2000
RUNS = 60

pytestmark = pytest.mark.skipif(not SAMPLE.exists(), reason=f"no {SAMPLE.name} beside the checkout")

_JOINERS = re.compile(r"[ \-·_]+|(?<=\w)\.(?=\w)")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[searchkit.RebuildReport, searchkit.Index]]:
    folder = tmp_path_factory.mktemp("sample")
    with tarfile.open(SAMPLE) as tar:
        posts = (member for member in tar if member.isfile())
        tar.extraction_filter = getattr(tarfile, "data_filter", None)  # Python 3.11.4 and newer
        tar.extractall(folder / "corpus", islice(posts, POSTS))
    report = searchkit.rebuild(folder / "corpus", folder / "index")
    with searchkit.open(folder / "index") as index:
        yield report, index


def _squeezed(text: str) -> str:
    return _JOINERS.sub("", fold(text))


def test_no_post_is_lost(sample: tuple[searchkit.RebuildReport, searchkit.Index]) -> None:
    report, index = sample
    assert (report.added, report.documents, report.skipped) == (POSTS, POSTS, ())
    assert sum(len(document.paths) for document in index.documents()) == POSTS


def test_a_quoted_run_of_characters_finds_exactly_the_posts_that_contain_it(
    sample: tuple[searchkit.RebuildReport, searchkit.Index],
) -> None:
    _, index = sample
    documents = list(index.documents())
    texts = {document.path: f"{_squeezed(document.title)}\n{_squeezed(document.body)}" for document in documents}
    chance = random.Random(8)
    runs = re.findall("[㐀-鿿]{7,}", "\n".join(document.body for document in documents))
    for run in chance.sample(runs, RUNS):
        start, length = chance.randint(0, len(run) - 7), chance.randint(2, 6)
        run = run[start : start + length]
        expected = {path for path, text in texts.items() if fold(run) in text}
        assert {hit.path for hit in index.search(f'"{run}"', limit=POSTS, snippet_chars=20)} == expected, run


TWINS = [("國際", "国际"), ("臺灣", "台湾"), ("香港 經濟", "香港 经济")]


@pytest.mark.parametrize(("traditional", "simplified"), TWINS)
def test_both_scripts_find_the_same(
    sample: tuple[searchkit.RebuildReport, searchkit.Index], traditional: str, simplified: str
) -> None:
    _, index = sample
    results = index.search(traditional)
    assert results.total > 0
    assert results.to_dicts() == index.search(simplified).to_dicts()


def test_every_hit_of_a_word_shows_it(sample: tuple[searchkit.RebuildReport, searchkit.Index]) -> None:
    _, index = sample
    for hit in index.search("香港", limit=200):
        shown = [hit.title[a:b] for a, b in hit.title_spans]
        shown += [snippet.text[a:b] for snippet in hit.snippets for a, b in snippet.spans]
        assert shown
        assert {"香港"} == {fold(text) for text in shown}


def test_whoosh_finds_the_same_posts(sample: tuple[searchkit.RebuildReport, searchkit.Index]) -> None:
    _, index = sample
    with whoosh.index.open_dir(index.path).searcher() as searcher:
        rows = list(differences(index, searcher, questions(list(index.documents()), (30, 30, 10), seed=9)))
    assert [question.theirs for question, _, different in rows if different] == []
