"""A rebuild reads what changed and nothing else, and ends where a full one ends."""

from __future__ import annotations

import itertools
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from archive import LONG_AGO, Archive, seen
from hypothesis import given, settings
from hypothesis import strategies as st

import searchkit
from searchkit.engines.whoosh.indexing import merge_policy, merger
from searchkit.rebuilding import reading
from searchkit.rebuilding import rebuild as rebuilding

DRAFTS = searchkit.Selection(drafts=True)
SELECTIONS = [searchkit.Selection(), DRAFTS, searchkit.Selection(exclude=("1.md", "港/"), include=("_drafts/",))]

NAMES = st.sampled_from(["1.md", "2.md", "a.md", "b.markdown", "港/c.html", "港/深/d.md", "_drafts/z.md", "港.md"])
TEXTS = st.sampled_from(
    ["香港 新闻", "香港\n新聞", "國際 新聞\n香港", "国际 新闻\n香港", "全文检索", "全文檢索\n全文检索 香港", "天气", ""]
)
CHANGES = st.one_of(
    st.tuples(st.just("write"), NAMES, TEXTS),
    st.tuples(st.just("write"), NAMES, TEXTS),
    st.tuples(st.just("delete"), NAMES),
    st.tuples(st.just("rename"), NAMES, NAMES),
    st.tuples(st.just("touch"), NAMES),
    st.tuples(st.just("draft"), NAMES, TEXTS),
    st.tuples(
        st.just("ignore"), st.sampled_from([".gitignore", "港/.searchkitignore"]), st.sampled_from(["2.md", "*/"])
    ),
)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    archive = Archive(tmp_path)
    archive.write("a.md", "香港 新闻")
    archive.write("b.md", "國際 新聞")
    archive.write("深/c.md", "香港 新闻")
    return archive


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The posts whose files a rebuild opens."""
    opened: list[str] = []
    read_bytes = reading.read_bytes

    def read_and_note(corpus: Path, path: str) -> bytes:
        opened.append(path)
        return read_bytes(corpus, path)

    monkeypatch.setattr(reading, "read_bytes", read_and_note)
    return opened


def counts(report: searchkit.RebuildReport) -> dict[str, int]:
    names = ("added", "updated", "removed", "unchanged")
    return {name: getattr(report, name) for name in names if getattr(report, name)}


@pytest.fixture(scope="module")
def small_segments() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rebuilding, "BATCH_BYTES", 150)
        patch.setattr(merge_policy, "MAX_DOCUMENTS", 4)
        yield


def apply(archive: Archive, clock: Iterator[int], kind: str, *args: str) -> None:
    """Do one change as somebody would who waits a second after it; what it needs may not be there."""
    if kind == "write":
        archive.write(*args, mtime_ns=next(clock))
    elif kind == "draft":
        archive.write_draft(*args, mtime_ns=next(clock))
    elif kind == "ignore":
        archive.write_plain(*args)
    elif (archive.corpus / args[0]).exists():
        if kind == "delete":
            archive.delete(*args)
        elif kind == "touch":
            archive.touch(*args, next(clock))
        else:
            (archive.corpus / args[1]).parent.mkdir(parents=True, exist_ok=True)
            (archive.corpus / args[0]).rename(archive.corpus / args[1])


@pytest.mark.usefixtures("small_segments")
@settings(max_examples=25)
@given(
    rounds=st.lists(
        st.tuples(st.lists(CHANGES, min_size=1, max_size=4), st.sampled_from(SELECTIONS)), min_size=1, max_size=7
    )
)
def test_any_sequence_of_changes_and_rebuilds_ends_as_a_full_rebuild_does(
    rounds: list[tuple[list[tuple[str, ...]], searchkit.Selection]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder))
        archive.corpus.mkdir()
        clock = itertools.count(LONG_AGO, 10**9)
        for number in range(4):  # two segments of two posts, which become one
            archive.write(f"{number}.md", f"香港 {number}", mtime_ns=next(clock))
        for changes, selection in (([], SELECTIONS[0]), *rounds):
            for change in changes:
                apply(archive, clock, *change)
            archive.rebuild(selection=selection, allow_empty=True)
        assert archive.seen() == archive.afresh(selection)
        assert not archive.strays()


def test_any_number_of_jobs_gives_the_same_index(
    archive: Archive, small_segments: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merger, "_MIN_PARALLEL", 0)
    for number in range(12):
        archive.write(f"{number}.md", f"香港 新闻 {number % 5}")
    expected = archive.afresh()
    for jobs in (2, 3, None):
        archive.rebuild(full=True, jobs=jobs)
        assert archive.seen() == expected


def test_progress_goes_from_none_to_all_of_the_posts_to_read(archive: Archive) -> None:
    for jobs in (1, 2):
        told: list[tuple[int, int]] = []
        archive.rebuild(full=True, jobs=jobs, progress=lambda *progress: told.append(progress))  # noqa: B023
        assert (told[0], told[-1]) == ((0, 3), (3, 3))
        assert told == sorted(told)


def test_an_unchanged_post_is_not_opened(archive: Archive, opened: list[str]) -> None:
    assert counts(archive.rebuild()) == {"added": 3}
    opened.clear()
    before = archive.bytes()
    assert counts(archive.rebuild()) == {"unchanged": 3}
    assert opened == []
    assert archive.bytes().keys() == before.keys()


def test_a_touched_post_is_opened_but_not_indexed_again(archive: Archive, opened: list[str]) -> None:
    archive.rebuild()
    segments = archive.segment_files()
    opened.clear()
    archive.touch("a.md", LONG_AGO + 10**12)
    assert counts(archive.rebuild()) == {"unchanged": 3}
    assert opened == ["a.md"]
    assert archive.segment_files() == segments
    archive.rebuild()
    assert opened == ["a.md"], "its new time was not remembered"


def test_changed_posts_are_replaced_and_vanished_ones_removed(archive: Archive, opened: list[str]) -> None:
    archive.rebuild()
    opened.clear()
    archive.write("a.md", "天气")
    archive.delete("b.md")
    archive.write("new.md", "全文检索")
    report = archive.rebuild()
    assert counts(report) == {"added": 1, "updated": 1, "removed": 1, "unchanged": 1}
    assert report.documents == 3
    assert opened == ["a.md", "new.md"]
    with searchkit.open(archive.index) as index:
        assert [hit.path for hit in index.search("天气")] == ["a.md"]
        assert [hit.path for hit in index.search("香港")] == ["深/c.md"]
        assert not index.search("國際")


def test_a_post_whose_size_alone_changed_is_read(archive: Archive) -> None:
    archive.rebuild()
    archive.write("a.md", "天气很好", mtime_ns=LONG_AGO + 10**9)
    archive.rebuild()
    archive.write("a.md", "天气", mtime_ns=LONG_AGO + 10**9)
    assert counts(archive.rebuild()) == {"updated": 1, "unchanged": 2}


def test_full_starts_anew(archive: Archive, opened: list[str]) -> None:
    archive.rebuild()
    opened.clear()
    assert counts(archive.rebuild(full=True)) == {"added": 3}
    assert sorted(opened) == ["a.md", "b.md", "深/c.md"]


def test_another_corpus_folder_is_read_anew_though_sizes_and_times_agree(archive: Archive, tmp_path: Path) -> None:
    archive.rebuild()
    other = Archive(tmp_path / "other")
    other.write("a.md", "台北 新闻", mtime_ns=(archive.corpus / "a.md").stat().st_mtime_ns)
    assert (other.corpus / "a.md").stat().st_size == (archive.corpus / "a.md").stat().st_size
    report = searchkit.rebuild(other.corpus, archive.index, jobs=1)
    assert counts(report) == {"updated": 1, "removed": 2}


def test_a_corpus_that_moved_is_remembered_where_it_is_now(archive: Archive) -> None:
    archive.rebuild()
    moved = archive.corpus.rename(archive.root / "moved")
    assert counts(searchkit.rebuild(moved, archive.index, jobs=1)) == {"unchanged": 3}
    with searchkit.open(archive.index) as index:
        assert index.corpus == moved


def test_a_dry_run_tells_the_same_and_writes_nothing(archive: Archive) -> None:
    assert counts(archive.rebuild(dry_run=True)) == {"added": 3}
    assert not archive.index.exists()
    archive.rebuild()
    archive.write("a.md", "天气")
    archive.delete("b.md")
    before, times = archive.bytes(), {file.name: file.stat() for file in archive.index.iterdir()}
    told = archive.rebuild(dry_run=True)
    assert (archive.bytes(), {file.name: file.stat() for file in archive.index.iterdir()}) == (before, times)
    assert told.dry_run
    assert counts(told) == counts(archive.rebuild()) == {"updated": 1, "removed": 1, "unchanged": 1}


def test_a_change_that_keeps_size_and_time_just_before_the_rebuild_is_seen(archive: Archive) -> None:
    soon = time.time_ns() + 60 * 10**9  # just before it, however slow this machine is
    archive.write("a.md", "台北", mtime_ns=soon)
    archive.rebuild()
    archive.write("a.md", "北京", mtime_ns=soon)
    assert counts(archive.rebuild()) == {"updated": 1, "unchanged": 2}


def test_a_change_that_keeps_size_and_whole_seconds_is_seen_up_to_two_seconds_later(archive: Archive) -> None:
    """File systems such as FAT keep even seconds only."""
    this_second = time.time_ns() // 10**9 * 10**9
    archive.write("a.md", "台北", mtime_ns=this_second)
    archive.rebuild()
    archive.write("a.md", "北京", mtime_ns=this_second)
    assert counts(archive.rebuild()) == {"updated": 1, "unchanged": 2}


def test_a_post_that_changes_between_look_and_reading_is_read_again(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_bytes: Callable[..., bytes] = reading.read_bytes

    def read_then_change(corpus: Path, path: str) -> bytes:
        data = read_bytes(corpus, path)
        if path == "a.md":
            archive.write("a.md", "后来 天气")
        return data

    with monkeypatch.context() as patch:
        patch.setattr(reading, "read_bytes", read_then_change)
        archive.rebuild()
    archive.rebuild()
    assert archive.seen() == archive.afresh()


def test_a_post_that_cannot_be_read_is_skipped_and_the_index_keeps_what_it_had(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.rebuild()
    archive.write("a.md", "天气 变了")
    archive.write("new.md", "天气")
    archive.write("ok.md", "天气 好")
    read_bytes = reading.read_bytes

    def refuse(corpus: Path, path: str) -> bytes:
        if path in ("a.md", "new.md"):
            raise searchkit.PostError(f"{path}: permission denied")
        return read_bytes(corpus, path)

    with monkeypatch.context() as patch:
        patch.setattr(reading, "read_bytes", refuse)
        report = archive.rebuild()
    assert counts(report) == {"added": 1, "unchanged": 3}
    assert [(problem.path, problem.reason) for problem in report.skipped] == [
        ("a.md", "permission denied; the index keeps what it had"),
        ("new.md", "permission denied"),
    ]
    with searchkit.open(archive.index) as index:
        assert [hit.path for hit in index.search("香港")] == ["a.md"]
    assert counts(archive.rebuild()) == {"added": 1, "updated": 1, "unchanged": 3}


def test_nothing_is_left_behind_when_there_was_nothing_to_commit(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.rebuild()
    archive.write("new.md", "天气")

    def refuse(corpus: Path, path: str) -> bytes:
        raise searchkit.PostError(f"{path}: permission denied")

    monkeypatch.setattr(reading, "read_bytes", refuse)
    archive.rebuild()
    assert not archive.strays()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_posts_of_a_folder_that_cannot_be_read_are_kept(archive: Archive) -> None:
    archive.rebuild()
    (archive.corpus / "深").chmod(0)
    try:
        assert counts(archive.rebuild()) == {"unchanged": 3}
    finally:
        (archive.corpus / "深").chmod(0o755)


def test_a_missing_corpus_leaves_the_index_alone(archive: Archive) -> None:
    archive.rebuild()
    before = archive.bytes()
    archive.corpus.rename(archive.root / "elsewhere")
    for options in ({}, {"full": True}, {"allow_empty": True}):
        with pytest.raises(searchkit.CorpusNotFound, match="--corpus"):
            archive.rebuild(**options)
    before.pop("rebuild.lock")
    assert {name: data for name, data in archive.bytes().items() if name != "rebuild.lock"} == before


def test_an_empty_corpus_empties_an_index_only_when_allowed(archive: Archive) -> None:
    archive.rebuild()
    before = archive.seen()
    for name in ("a.md", "b.md", "深/c.md"):
        archive.delete(name)
    for options in ({}, {"full": True}):
        with pytest.raises(searchkit.CorpusEmpty, match="--allow-empty"):
            archive.rebuild(**options)
        assert archive.seen() == before
    assert counts(archive.rebuild(allow_empty=True)) == {"removed": 3}
    with searchkit.open(archive.index) as index:
        assert (len(index), index.search("").total, list(index.documents())) == (0, 0, [])
    archive.write("again.md", "香港")
    archive.rebuild()
    assert archive.seen() == archive.afresh()


def test_a_segment_that_is_mostly_deleted_is_written_anew(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merge_policy, "MAX_DOCUMENTS", 0)
    monkeypatch.setattr(rebuilding, "BATCH_BYTES", 10_000)
    archive.rebuild()
    first = archive.segment_files()
    archive.delete("a.md")
    archive.rebuild()
    assert archive.segment_files() == first
    archive.delete("b.md")
    archive.rebuild()
    assert not archive.segment_files() & first
    assert archive.seen() == archive.afresh()


def test_the_same_folder_under_another_name_is_the_same_corpus(
    archive: Archive, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.rebuild()
    opened.clear()
    monkeypatch.chdir(archive.root)
    searchkit.rebuild("corpus", "index", jobs=1)
    with searchkit.open(archive.index) as index:
        assert opened == []
        assert seen(index) == archive.afresh()


POSTS_AND_ZONES = {
    "own.md": "---\ndate: 2022-01-01 00:30:00 +0800\n---\n香港",
    "utc.md": "---\ndate: 2022-01-01 00:30:00 Z\n---\n香港",
    "none.md": "---\ndate: 2022-01-01 00:30:00\n---\n香港",
    "day.md": "---\ndate: 2022-01-01\n---\n香港",
    "2022-01-01-name.md": "香港",
    "undated.md": "香港",
}


@pytest.fixture
def site(tmp_path: Path) -> Archive:
    """A site whose posts lie below its configuration."""
    site = Archive(tmp_path)
    site.corpus.mkdir()
    for name, text in POSTS_AND_ZONES.items():
        (site.corpus / name).write_text(text, encoding="utf-8")
        site.touch(name, LONG_AGO)
    return site


def dates(archive: Archive) -> dict[str, str]:
    with searchkit.open(archive.index) as index:
        return {name: str(index.document(name).date) for name in POSTS_AND_ZONES}


@pytest.mark.parametrize(
    ("configuration", "text"),
    [
        ("_config.yml", "title: 甲: 乙\ntimezone: Asia/Shanghai # 中国\n"),
        ("_config.yaml", "timezone: 'Asia/Shanghai'"),
        ("corpus/_config.yml", "timezone: +08:00"),
        ("hugo.toml", "timeZone = 'Asia/Shanghai'"),
        ("config.toml", "timezone = 'Asia/Shanghai'\n[params]\nx = 1"),
        ("config/_default/hugo.yaml", "timeZone: Asia/Shanghai"),
        ("hugo.json", '{"timeZone": "Asia/Shanghai"}'),
    ],
)
def test_posts_without_time_zone_take_that_of_the_site(site: Archive, configuration: str, text: str) -> None:
    (site.root / configuration).parent.mkdir(parents=True, exist_ok=True)
    (site.root / configuration).write_text(text, encoding="utf-8")
    site.rebuild()
    midnight, later = "2022-01-01 00:00:00+08:00", "2022-01-01 00:30:00+08:00"
    assert list(dates(site).values()) == [later, "2022-01-01 00:30:00+00:00", later, midnight, midnight, "None"]


def test_the_nearest_configuration_counts_and_an_option_goes_before_it(site: Archive) -> None:
    (site.root / "_config.yml").write_text("timezone: Asia/Tokyo")
    (site.corpus / "_config.yml").write_text("timezone: ''")
    site.rebuild()
    assert dates(site)["none.md"] == "2022-01-01 00:30:00+09:00"
    (site.corpus / "_config.yml").write_text("timezone: Asia/Shanghai")
    site.rebuild()
    assert dates(site)["none.md"] == "2022-01-01 00:30:00+08:00"
    site.rebuild(timezone="-05:00")
    assert dates(site)["none.md"] == "2022-01-01 00:30:00-05:00"
    assert dates(site)["own.md"] == "2022-01-01 00:30:00+08:00"


@pytest.mark.parametrize("jobs", [1, 2])
def test_another_time_zone_is_read_into_the_posts_that_name_none(site: Archive, jobs: int) -> None:
    site.rebuild()
    assert dates(site)["none.md"] == "2022-01-01 00:30:00+00:00"
    report = site.rebuild(timezone="Asia/Shanghai", jobs=jobs)
    assert counts(report) == {"updated": 3, "unchanged": 3}
    after = site.seen()
    assert counts(site.rebuild(timezone="Asia/Shanghai")) == {"unchanged": 6}
    site.rebuild(timezone="Asia/Shanghai", full=True)
    assert site.seen() == after
    assert counts(site.rebuild()) == {"updated": 3, "unchanged": 3}
    assert site.seen() == site.afresh()


def test_a_zone_that_is_none_is_an_error_if_asked_for_and_else_a_warning(site: Archive) -> None:
    with pytest.raises(searchkit.SearchkitError, match="no time zone 'Asia/Atlantis'; use a name such as"):
        site.rebuild(timezone="Asia/Atlantis")
    (site.root / "_config.yml").write_text("timezone: Asia/Atlantis")
    report = site.rebuild()
    assert [(Path(warning.path).name, warning.reason) for warning in report.warnings] == [
        ("_config.yml", "there is no time zone 'Asia/Atlantis'")
    ]
    assert dates(site)["none.md"] == "2022-01-01 00:30:00+00:00"
def test_drafts_are_read_once_and_taken_if_asked(archive: Archive, opened: list[str]) -> None:
    archive.write_draft("a.md", "天气")
    assert counts(archive.rebuild()) == {"added": 2}
    opened.clear()
    report = archive.rebuild()
    assert (counts(report), opened, report.documents) == ({"unchanged": 2}, [], 2)
    assert [(problem.path, problem.reason) for problem in report.left_out] == [("a.md", "drafts")]
    report = archive.rebuild(selection=DRAFTS)
    assert (counts(report), opened, report.left_out) == ({"added": 1, "unchanged": 2}, ["a.md"], ())
    assert counts(archive.rebuild(selection=DRAFTS)) == {"unchanged": 3}
    report = archive.rebuild()
    assert (counts(report), report.removed_left_out) == ({"removed": 1, "unchanged": 2}, 1)


def test_a_post_that_becomes_a_draft_is_removed_and_a_published_draft_added(archive: Archive) -> None:
    archive.rebuild()
    archive.write_draft("a.md", "天气")
    report = archive.rebuild()
    assert (counts(report), report.removed_left_out) == ({"removed": 1, "unchanged": 2}, 1)
    archive.write("a.md", "天气")
    assert counts(archive.rebuild()) == {"added": 1, "unchanged": 2}
    archive.write_draft("a.md", "天气")
    archive.rebuild()
    archive.delete("a.md")
    assert counts(archive.rebuild()) == {"unchanged": 2}


def test_a_new_rule_removes_posts_and_the_report_says_so(archive: Archive) -> None:
    archive.rebuild()
    archive.write_plain(".gitignore", "/深/\n")
    told = archive.rebuild(dry_run=True)
    report = archive.rebuild()
    assert told.left_out == report.left_out == (searchkit.PostProblem("深/c.md", "by .gitignore"),)
    assert (counts(report), report.removed_left_out) == ({"removed": 1, "unchanged": 2}, 1)
    assert counts(archive.rebuild(selection=searchkit.Selection(include=("深/",)))) == {"added": 1, "unchanged": 2}


def test_a_status_knows_what_is_left_out(archive: Archive) -> None:
    archive.write_draft("a.md")
    archive.write("_drafts/d.md")
    archive.rebuild()
    with searchkit.open(archive.index) as index:
        status, with_drafts = index.status(), index.status(DRAFTS)
    assert (status.documents, status.added, status.changed, status.removed) == (2, 0, 0, 0)
    assert (with_drafts.added, with_drafts.changed) == (1, 1)


def test_a_corpus_of_drafts_alone_empties_no_index(archive: Archive) -> None:
    archive.rebuild()
    before = archive.seen()
    for name in ("a.md", "b.md", "深/c.md"):
        archive.write_draft(name)
    with pytest.raises(searchkit.CorpusEmpty, match=r"3 left out, most of them drafts; choose others with .*--drafts"):
        archive.rebuild()
    assert archive.seen() == before
    assert counts(archive.rebuild(allow_empty=True)) == {"removed": 3}
    assert archive.seen() == archive.afresh()


def test_a_site_counts_its_posts_without_drafts(archive: Archive) -> None:
    archive.write_plain("_config.yml", "title: 甲\n")
    archive.write("_posts/1.md")
    archive.write_draft("_posts/2.md")
    for _ in range(2):
        [site] = archive.rebuild().sites
        assert site == searchkit.SiteReport("Jekyll site", ".", (("_posts", 1),), 3)
