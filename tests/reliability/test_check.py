"""``check`` finds what is wrong with an index whose checksums are all right, and ``--repair`` builds it anew."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from archive import LONG_AGO, Archive
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import searchkit
from searchkit.cli import main
from searchkit.engines.whoosh.codec.container import BlockFile, BlockWriter
from searchkit.engines.whoosh.codec.terms.dictionary import FieldPostings
from searchkit.engines.whoosh.codec.trailer import directory_checksum
from searchkit.engines.whoosh.indexing.inverter import Inverter
from searchkit.engines.whoosh.schema import DOC_VALUES_DTYPE

Change = Callable[[bytes], bytes]


def blocks(file: Path) -> dict[str, bytes]:
    """The content of each block of a segment."""
    with BlockFile(file) as segment:
        return {name: segment.read(name, 0, segment.length(name)).tobytes() for name in segment.directory}


def rewrite(archive: Archive, content: dict[str, bytes]) -> None:
    """Write the one segment anew, with right checksums."""
    [file] = archive.segment_files()
    writer = BlockWriter(file.open("wb"))
    for name, block in content.items():
        writer.add(name, block)
    writer.finish()
    with file.open("rb") as written:
        entry = [file.stat().st_size, directory_checksum(written)]
    archive.change_commit(files=archive.commit()["files"] | {file.name: entry})


def messages(archive: Archive) -> str:
    report = searchkit.check(archive.index)
    assert not report.is_whole
    return "\n".join(problem.message for problem in report.problems)


def doc_values(**changes: int) -> Change:
    """Add to some doc values of the first document."""

    def change(block: bytes) -> bytes:
        rows = np.frombuffer(block, DOC_VALUES_DTYPE).copy()
        for name, more in changes.items():
            rows[name][0] += more
        return rows.tobytes()

    return change


def flip(place: int, bit: int = 1) -> Change:
    return lambda block: block[:place] + bytes([block[place] ^ bit]) + block[place + 1 :]


@pytest.mark.parametrize(
    ("block", "change", "message"),
    [
        ("doc_values", doc_values(words=1), "a.md: another number of terms in words than its doc values say"),
        ("doc_values", doc_values(unigrams=1), "field boundaries, term '闻#': positions beyond the text"),
        ("doc_values", doc_values(text=1), "a.md: another doc value text than its text has"),
        ("doc_values", doc_values(added=1), "a.md came at another time than its document says"),
        ("path.order", lambda block: block[4:8] + block[:4] + block[8:], "the order of the paths is that of other"),
        ("words.terms", flip(2, 32), "the terms of field words are not in order"),
        ("words.terms.keys", flip(0), "the blocks of field words are not those of its terms"),
        ("words.terms.starts", flip(0), "block words.terms cannot be decoded"),
        ("unigrams.pairs", flip(0, 64), "block unigrams.pairs cannot be decoded"),
        ("unigrams.table", flip(0, 128), "block unigrams.table cannot be decoded"),
        ("words.blocks", flip(4), "the blocks of field words are not those of its terms"),
        ("bigrams.starts", flip(6), "block bigrams.starts cannot be decoded"),
        ("bigrams.seconds", flip(1), "block bigrams.seconds cannot be decoded"),
        ("suggest.words.doc_freqs", flip(0), "the suggestions of words are not those of its terms"),
        ("suggest.titles.starts", flip(0), "the suggestions of titles.starts are not"),
        ("suggest.titles", flip(0), "the pinyin of suggestions is not that of its characters"),
        ("suggest.titles.boundaries", flip(0, 2), "the titles of suggestions are not those of the documents"),
        ("suggest.readings", flip(2), "the pinyin of suggestions is not that of its characters"),
    ],
)
def test_a_segment_whose_parts_do_not_agree(archive: Archive, block: str, change: Change, message: str) -> None:
    [file] = archive.segment_files()
    content = blocks(file)
    rewrite(archive, content | {block: change(content[block])})
    assert message in messages(archive)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_each_flip_of_a_segment_with_right_checksums_is_found_or_changes_nothing(
    archive: Archive, data: st.DataObject
) -> None:
    [file] = archive.segment_files()
    seen, content, commit = archive.seen(), blocks(file), archive.bytes()
    name = data.draw(st.sampled_from([name for name, block in content.items() if block]))
    place = data.draw(st.integers(0, len(content[name]) - 1))
    rewrite(archive, content | {name: flip(place, 1 << data.draw(st.integers(0, 7)))(content[name])})
    try:
        assert not searchkit.check(archive.index, deep=True).is_whole or archive.seen() == seen
    finally:
        for path, before in commit.items():
            (archive.index / path).write_bytes(before)


def test_unigrams_that_are_those_of_other_documents(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two unigrams of one document each have each other's posting list."""
    postings = Inverter.postings

    def swapped(inverter: Inverter, field: str) -> FieldPostings:
        whole = postings(inverter, field)
        if field != "unigrams" or not isinstance(whole.terms, list):
            return whole
        order = np.arange(len(whole.terms))
        of_two = [whole.terms.index(text.encode()) for text in ("检", "天")]
        order[of_two] = of_two[::-1]
        return FieldPostings(whole.terms, whole.lists.take(order))

    for name in ("a.md", "b.md", "deep/d.md", "f.md"):
        archive.delete(name)
    archive.write("c.md", "检")
    monkeypatch.setattr(Inverter, "postings", swapped)
    archive.rebuild(full=True)
    monkeypatch.undo()
    assert "c.md: other terms in unigrams than in bigrams and boundaries" in messages(archive)


def test_a_whole_index_is_whole_after_any_rebuilds(archive: Archive) -> None:
    archive.write("new.md", "新的 香港")
    archive.rebuild()
    archive.delete("a.md")
    archive.rebuild()
    report = searchkit.check(archive.index, deep=True)
    assert (report.is_whole, report.documents, report.analysed, report.compared) == (True, 6, 6, 6)
    assert (report.added, report.changed, report.removed) == (0, 0, 0)


def test_posts_that_came_changed_or_went_are_nothing_wrong(archive: Archive) -> None:
    archive.write("new.md")
    archive.write("b.md", "改了")
    archive.delete("c.md")
    report = searchkit.check(archive.index)
    assert (report.is_whole, report.added, report.changed, report.removed) == (True, 1, 1, 1)


def test_a_post_that_changed_and_looks_as_before_is_found(archive: Archive) -> None:
    file = archive.corpus / "a.md"
    file.write_bytes(file.read_bytes().replace("香".encode(), "臭".encode()))
    archive.touch("a.md", LONG_AGO + 10**9)
    [post] = searchkit.check(archive.index).stale
    assert (post.path, post.reason) == ("a.md", "its file changed, though its size and time did not")
    archive.rebuild(full=True)
    assert searchkit.check(archive.index).is_whole


def test_a_document_that_its_file_does_not_give_is_found(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchkit.posts.documents.plain_text", lambda *_: "别的")
    searchkit.rebuild(archive.corpus, archive.index, full=True, jobs=1)
    monkeypatch.undo()
    assert {post.reason for post in searchkit.check(archive.index).stale} == {"its file gives another body"}


def test_a_corpus_that_is_gone_is_not_compared(archive: Archive) -> None:
    archive.corpus.rename(archive.root / "elsewhere")
    report = searchkit.check(archive.index)
    assert (report.is_whole, report.added, report.compared) == (True, None, 0)


def test_an_index_that_is_open_is_checked(archive: Archive) -> None:
    with searchkit.open(archive.index) as index:
        assert index.check().is_whole
        next(archive.index.glob("manifest-*.zst")).unlink()
        assert [problem.file for problem in index.check().problems] == ["manifest-1.zst"]


def test_what_the_system_refuses_is_no_damage(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr("searchkit.engines.whoosh.codec.container.open_regular", refuse)
    with pytest.raises(searchkit.IndexFailure, match="Too many open files; close other programs"):
        searchkit.check(archive.index)


def test_progress_counts_posts(archive: Archive) -> None:
    told: list[tuple[str, int, int]] = []
    searchkit.check(archive.index, progress=lambda *now: told.append(now))
    assert told[0] == ("checked", 0, 6)
    assert ("checked", 6, 6) in told
    assert told[-1] == ("compared", 6, 6)
    checked = [done for unit, done, _ in told if unit == "checked"]
    assert checked == sorted(checked)


@pytest.mark.parametrize("name", ["meta.json", "posts_*.seg", "manifest-*.zst", "_MAIN_*.toc"])
def test_repair_builds_a_damaged_index_anew_and_says_what_was_wrong(archive: Archive, name: str) -> None:
    [file] = archive.index.glob(name)
    file.write_bytes(file.read_bytes()[:-1])
    report = archive.rebuild(repair=True)
    assert [problem.file for problem in report.damage] == [file.name]
    assert (report.documents, report.unchanged) == (6, 0)
    assert archive.seen() == archive.afresh()
    assert not archive.strays()
    assert searchkit.check(archive.index).is_whole


def test_repair_reads_only_what_changed_where_nothing_is_damaged(archive: Archive) -> None:
    archive.write("new.md")
    for expected in ((1, 6), (0, 7)):
        report = archive.rebuild(repair=True)
        assert (report.added, report.unchanged, report.damage) == (*expected, ())


def test_repair_builds_an_index_where_there_is_none(archive: Archive) -> None:
    report = searchkit.rebuild(archive.corpus, archive.root / "none", repair=True, jobs=1)
    assert (report.added, report.damage) == (6, ())


def test_the_old_index_is_searched_until_the_repair_is_done(archive: Archive) -> None:
    next(archive.index.glob("manifest-*.zst")).unlink()
    before = archive.seen()
    seen = []
    with searchkit.open(archive.index) as index:
        archive.rebuild(repair=True, progress=lambda done, total: seen.append(index.search("香港").total))
    assert set(seen) == {2}  # posts with the same text count once
    assert archive.seen() == before


def test_a_check_prints_what_is_wrong_and_exits_with_1(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--index", str(archive.index), "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["whole"], report["problems"], report["documents"]) == (True, [], 6)
    os.truncate(next(iter(archive.segment_files())), 100)
    assert main(["check", "--index", str(archive.index)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("posts_")
    assert lines[-1] == f"run: searchkit rebuild-index --repair --index {archive.index}"
