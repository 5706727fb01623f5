"""Finding and reading the files of posts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from searchkit.errors import CorpusNotFound, PostError
from searchkit.model import Selection
from searchkit.posts.selection import files
from searchkit.posts.selection.columns import columns
from searchkit.posts.selection.files import read_bytes, scan

AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def make(corpus: Path, *paths: str) -> None:
    for path in paths:
        (corpus / path).parent.mkdir(parents=True, exist_ok=True)
        (corpus / path).write_text("x", encoding="utf-8")


def paths(corpus: Path) -> list[str]:
    return [post.path for post in scan(corpus).posts]


def reasons(corpus: Path) -> dict[str, str]:
    return {problem.path: problem.reason for problem in scan(corpus).problems}


def test_posts_are_found_in_code_point_order_and_other_files_ignored(tmp_path: Path) -> None:
    make(tmp_path, "b.md", "a/乙.MARKDOWN", "a/甲.Html", "B.md", "a.md/c.md", "a.css", "b.md~", "#b.md#", "~$b.md")
    make(tmp_path, ".git/a.md", ".jekyll-cache/a.md", ".#b.md", "._b.md")
    assert paths(tmp_path) == ["B.md", "a.md/c.md", "a/乙.MARKDOWN", "a/甲.Html", "b.md"]
    assert reasons(tmp_path) == {}


def test_a_post_has_size_and_modification_time(tmp_path: Path) -> None:
    make(tmp_path, "a.md")
    os.utime(tmp_path / "a.md", ns=(0, 1636342744573000001))
    assert scan(tmp_path).posts == [files.PostFile("a.md", 1, 1636342744573000001)]


def test_links_are_followed_but_not_to_a_containing_folder(tmp_path: Path) -> None:
    make(tmp_path, "a/post.md")
    (tmp_path / "a/up").symlink_to(tmp_path)
    (tmp_path / "a/self").symlink_to(tmp_path / "a")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    (tmp_path / "link.md").symlink_to(tmp_path / "a/post.md")
    assert paths(tmp_path) == ["a/post.md", "b/post.md", "link.md"]


def test_a_scan_of_folders_that_link_to_each_other_ends(tmp_path: Path) -> None:
    make(tmp_path, "a/1.md", "b/2.md")
    (tmp_path / "a/b").symlink_to(tmp_path / "b")
    (tmp_path / "b/a").symlink_to(tmp_path / "a")
    assert paths(tmp_path) == ["a/1.md", "a/b/2.md", "b/2.md", "b/a/1.md"]


def test_a_scan_of_links_that_double_at_each_level_ends(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    make(tmp_path, "level0/a.md", "corpus/b.md")
    for level in range(1, 25):
        (tmp_path / f"level{level}").mkdir()
        for name in "xy":
            (tmp_path / f"level{level}" / name).symlink_to(tmp_path / f"level{level - 1}")
    (corpus / "top").symlink_to(tmp_path / "level24")
    posts, problems, *_ = scan(corpus, Selection(follow_links=True))
    assert posts[0].path == "b.md"
    assert len(posts) <= 1 + files.MAX_LINKED_VISITS
    assert "links to the same folder" in problems[0].reason


def test_links_out_of_the_corpus_are_followed_only_if_asked(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    make(tmp_path, "elsewhere/a.md", "elsewhere/b.css", "corpus/c.md")
    (corpus / "folder").symlink_to(tmp_path / "elsewhere")
    (corpus / "file.md").symlink_to(tmp_path / "elsewhere/a.md")
    (corpus / "file.css").symlink_to(tmp_path / "elsewhere/b.css")
    (corpus / "inside.md").symlink_to(corpus / "c.md")
    assert paths(corpus) == ["c.md", "inside.md"]
    assert scan(corpus).left_out == dict.fromkeys(["folder", "file.md"], "links out of the corpus")
    followed = scan(corpus, Selection(follow_links=True))
    assert [post.path for post in followed.posts] == ["c.md", "file.md", "folder/a.md", "inside.md"]


def test_a_corpus_that_is_a_link_itself_is_followed(tmp_path: Path) -> None:
    make(tmp_path, "posts/a.md")
    (tmp_path / "corpus").symlink_to(tmp_path / "posts")
    assert paths(tmp_path / "corpus") == ["a.md"]


def test_pipes_and_broken_links_are_reported_and_do_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere")
    (tmp_path / "ring.md").symlink_to(tmp_path / "ring.md")
    assert reasons(tmp_path) == {
        "gone.md": "a broken link",
        "pipe.md": "not a regular file",
        "ring.md": "a link to itself",
    }
    for path in ("pipe.md", "gone.md", "ring.md"):
        with pytest.raises(PostError, match=path):
            read_bytes(tmp_path, path)


@pytest.mark.skipif(AS_ROOT, reason="root can read all files")
def test_unreadable_folders_and_files_are_reported(tmp_path: Path) -> None:
    make(tmp_path, "shut/a.md", "b.md")
    (tmp_path / "b.md").chmod(0)
    (tmp_path / "shut").chmod(0)
    try:
        assert reasons(tmp_path) == {"shut": "cannot read folder: permission denied"}
        with pytest.raises(PostError, match=r"b\.md: permission denied"):
            read_bytes(tmp_path, "b.md")
    finally:
        (tmp_path / "shut").chmod(0o700)


def test_an_unreadable_folder_does_not_stop_the_scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "shut/a.md", "b.md")
    scandir = os.scandir

    def refusing(folder: str) -> object:
        if folder.endswith("shut"):
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refusing)
    assert paths(tmp_path) == ["b.md"]
    assert reasons(tmp_path) == {"shut": "cannot read folder: permission denied"}


def test_files_whose_names_are_not_utf8_can_be_read(tmp_path: Path) -> None:
    name = os.fsdecode("标题.md".encode("gbk"))
    (tmp_path / name).write_bytes(b"x")
    assert paths(tmp_path) == [name]
    assert read_bytes(tmp_path, name) == b"x"


@pytest.mark.parametrize(
    ("path", "reason"), [("no.md", "deleted during the rebuild"), ("dir.md", "is a folder|not a regular")]
)
def test_reading_errors_have_clear_messages(tmp_path: Path, path: str, reason: str) -> None:
    (tmp_path / "dir.md").mkdir()
    with pytest.raises(PostError, match=reason):
        read_bytes(tmp_path, path)


def test_a_file_above_the_size_limit_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 2**20)
    (tmp_path / "a.md").write_bytes(bytes(2**20))
    assert len(read_bytes(tmp_path, "a.md")) == 2**20
    (tmp_path / "a.md").write_bytes(bytes(2**20 + 1))
    with pytest.raises(PostError, match="larger than 1 MB"):
        read_bytes(tmp_path, "a.md")


def test_the_error_of_a_missing_corpus_names_the_option(tmp_path: Path) -> None:
    with pytest.raises(CorpusNotFound, match=r"nowhere.*does not exist.*--corpus FOLDER"):
        scan(tmp_path / "nowhere")
    make(tmp_path, "a.md")
    with pytest.raises(CorpusNotFound, match="is not a folder"):
        scan(tmp_path / "a.md")


def test_the_module_imports_no_parser() -> None:
    code = "import sys, searchkit.posts.selection.files; print({'bs4', 'lxml', 'frontmatter', 'yaml'} & {*sys.modules})"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"


def test_a_post_that_vanishes_after_it_was_listed_is_reported(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "b.md")
    walk = files.Walk(Selection())
    [listing] = walk.listings(tmp_path)
    (tmp_path / "a.md").unlink()
    posts = walk.looked_at(listing, columns(listing.folder, listing.names))
    assert posts.names == ["b.md"]
    assert {problem.path: problem.reason for problem in walk.problems} == {"a.md": "deleted during the rebuild"}
