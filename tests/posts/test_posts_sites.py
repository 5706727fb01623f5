"""What is a post of a site: generators are recognised, their own files left out."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from searchkit.model import Selection
from searchkit.posts.selection.files import Found, scan


def make(folder: Path, *paths: str, text: str = "x") -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        if not path.endswith("/"):
            (folder / path).write_text(text, encoding="utf-8")
        else:
            (folder / path).mkdir(exist_ok=True)


def paths(found: Found) -> list[str]:
    return [post.path for post in found.posts]


def reasons(found: Found) -> dict[str, int]:
    return dict(Counter(found.left_out.values()))


HEXO = ("_config.yml", "source/_posts/a.md")
JEKYLL = ("_config.yml", "_posts/a.md")
HUGO = ("hugo.toml", "content/posts/a.md")


@pytest.mark.parametrize(
    ("files", "name", "folder", "count"),
    [
        (HEXO, "Hexo site", "source/_posts", 1),
        (("source/_posts/a.md", "scaffolds/post.md"), "Hexo site", "source/_posts", 1),
        (JEKYLL, "Jekyll site", "_posts", 1),
        (("_config.yml", "about.md"), "Jekyll site", "_posts", 0),
        (("_posts/a.md", "_layouts/b.html"), "Jekyll site", "_posts", 1),
        (("_config.yml", "Rakefile", "source/_posts/a.md"), "Octopress site", "source/_posts", 1),
        (("_config.yml", "_toc.yml", "a.md"), "Jupyter Book", ".", 1),
        (HUGO, "Hugo site", "content", 1),
        (("config.toml", "content/a.md"), "Hugo site", "content", 1),
        (("config/_default/hugo.toml", "content/a.md"), "Hugo site", "content", 1),
        (("_posts/a.md", "index.html"), "Jekyll site", "_posts", 1),
        (("content/a.md", "static/b.html"), "Hugo site", "content", 1),
        (("content/a.md", "archetypes/default.md"), "Hugo site", "content", 1),
        (("config.toml", "templates/a.html", "content/a.md"), "Zola site", "content", 1),
        (("pelicanconf.py", "content/a.rst"), "Pelican site", "content", 1),
        (("docs/.vuepress/config.js", "docs/README.md"), "VuePress site", "docs", 1),
        ((".vuepress/config.ts", "README.md"), "VuePress site", ".", 1),
        (("docs/.vitepress/config.mts", "docs/index.md"), "VitePress site", "docs", 1),
        (("docusaurus.config.ts", "docs/a.mdx"), "Docusaurus site", "docs", 1),
        (("mkdocs.yml", "docs/a.md"), "MkDocs site", "docs", 1),
        (("book.toml", "src/SUMMARY.md"), "mdBook", "src", 1),
        (("book.json", "SUMMARY.md"), "GitBook", ".", 1),
        (("gatsby-config.js", "content/a.md"), "Gatsby site", "content", 1),
        (("astro.config.mjs", "src/content/a.md"), "Astro site", "src/content", 1),
        ((".eleventy.js", "a.md"), "Eleventy site", ".", 1),
        (("_quarto.yml", "a.qmd"), "Quarto project", ".", 1),
        (("conf.py", "index.rst"), "Sphinx project", ".", 1),
        ((".obsidian/app.json", "a.md", "README.md"), "Obsidian vault", ".", 2),
        (("logseq/config.edn", "pages/a.md", "journals/b.org"), "Logseq graph", "pages", 1),
    ],
)
def test_a_generator_is_recognised_by_its_configuration(
    tmp_path: Path, files: tuple[str, ...], name: str, folder: str, count: int
) -> None:
    make(tmp_path, *files)
    [site] = scan(tmp_path).sites.reports()
    assert (site.generator, site.path, site.folders[0]) == (name, ".", (folder, count))


@pytest.mark.parametrize("name", ["_site", "node_modules", "_layouts", "_includes", "_drafts"])
def test_folders_that_nobody_else_names_so_are_left_out_anywhere(tmp_path: Path, name: str) -> None:
    make(tmp_path, "a.md", f"{name}/b.md", f"c/{name}/d/e.html", f"{name}/f.css", f"{name}x/g.md")
    found = scan(tmp_path)
    assert paths(found) == sorted([f"{name}x/g.md", "a.md"])
    assert reasons(found) == {"drafts" if name == "_drafts" else f"in {name}": 2}


@pytest.mark.parametrize("name", ["public", "vendor", "themes", "scaffolds", "archetypes"])
@pytest.mark.parametrize("site", [HEXO, JEKYLL, HUGO])
def test_folders_of_generators_are_left_out_beside_a_configuration(
    tmp_path: Path, site: tuple[str, ...], name: str
) -> None:
    make(tmp_path, *site, f"{name}/b.md", f"pages/{name}/c.md")
    found = scan(tmp_path)
    assert paths(found) == sorted([site[1], f"pages/{name}/c.md"])
    assert reasons(found) == {f"in {name}": 1}


@pytest.mark.parametrize("name", ["public", "vendor", "themes", "scaffolds", "archetypes"])
def test_a_plain_folder_of_such_a_name_keeps_its_posts(tmp_path: Path, name: str) -> None:
    make(tmp_path, "a.md", f"{name}/b.md")
    assert len(paths(scan(tmp_path))) == 2


@pytest.mark.parametrize("sign", ["themes/next/README.md", "package.json", "public/index.html", "node_modules/a.md"])
def test_what_only_generators_have_tells_of_one_without_a_configuration(tmp_path: Path, sign: str) -> None:
    make(tmp_path, "a.md", "public/b.md", sign)
    assert paths(scan(tmp_path)) == ["a.md"]


@pytest.mark.parametrize(
    "name", ["README.md", "readme.zh-CN.md", "README_EN.md", "License.md", "CHANGELOG.md", "CONTRIBUTING.rst"]
)
def test_project_files_are_left_out_beside_a_configuration_only(tmp_path: Path, name: str) -> None:
    make(tmp_path, name, "a.md")
    assert len(paths(scan(tmp_path))) == 2
    make(tmp_path, *HEXO, f"source/{name}")
    found = scan(tmp_path)
    assert paths(found) == sorted(["a.md", "source/_posts/a.md", f"source/{name}"])
    assert reasons(found) == {"project files": 1}


def test_a_text_file_for_machines_or_about_the_folder_is_no_post(tmp_path: Path) -> None:
    make(tmp_path, "robots.txt", "requirements.txt", "README.txt", "LICENSE.txt", "a.txt")
    assert paths(scan(tmp_path)) == ["a.txt"]


def test_html_without_front_matter_is_a_post_only_where_a_site_keeps_posts(tmp_path: Path) -> None:
    make(tmp_path, *HEXO, "source/demo.html", "source/_posts/b.html", "google12.html")
    make(tmp_path, "about.html", text="---\nlayout: page\n---\n关于")
    found = scan(tmp_path)
    assert paths(found) == ["about.html", "source/_posts/a.md", "source/_posts/b.html"]
    assert reasons(found) == {"static HTML pages": 2}
    assert "source/demo.html" in paths(scan(tmp_path, Selection(include=("demo.html",))))


@pytest.mark.parametrize(
    ("configuration", "text", "left_out", "folder"),
    [
        ("_config.yml", "destination: ./docs\n", "docs", "_posts"),
        ("_config.yml", 'collections_dir: "内容"  # x\n', "", "内容/_posts"),
        ("hugo.toml", 'publishDir = "docs"\ncontentDir = "文章"\n', "docs", "文章"),
        ("hugo.json", '{\n  "contentDir": "文章"\n}', "", "文章"),
        ("mkdocs.yml", "docs_dir: 文档\nsite_dir: out\n", "out", "文档"),
        ("pelicanconf.py", "PATH = '文章'\nOUTPUT_PATH = 'out/'\n", "out", "文章"),
        ("hugo.toml", 'contentDir = "../../etc"\n', "", "content"),
    ],
)
def test_a_configuration_names_the_folders(
    tmp_path: Path, configuration: str, text: str, left_out: str, folder: str
) -> None:
    make(tmp_path, configuration, text=text)
    make(tmp_path, f"{folder}/a.md", f"{left_out or 'x'}/b.md")
    found = scan(tmp_path)
    [site] = found.sites.reports()
    assert site.folders[0] == (folder, 1)
    assert reasons(found) == ({f"in {left_out}": 1} if left_out else {})


def test_what_a_jekyll_configuration_excludes_is_left_out(tmp_path: Path) -> None:
    for text in ("exclude:\n  - notes/\n  # and\n  - '*.txt'\nother: x\n", "exclude: [notes/, '*.txt']\n"):
        make(tmp_path, "_config.yml", text=text)
        make(tmp_path, "_posts/a.md", "notes/b.md", "c.txt", "x/notes/d.md")
        found = scan(tmp_path)
        assert paths(found) == ["_posts/a.md", "x/notes/d.md"]
        assert reasons(found) == {"excluded by _config.yml": 2}


def test_the_templates_of_a_vault_are_left_out(tmp_path: Path) -> None:
    make(tmp_path, ".obsidian/templates.json", text='{"folder":"90 模板"}')
    make(tmp_path, "a.md", "90 模板/日记.md", "public/b.md")
    found = scan(tmp_path)
    assert (paths(found), reasons(found)) == (["a.md", "public/b.md"], {"templates": 1})


@pytest.mark.parametrize("corpus", ["site/source/_posts", "site/source", "site", "."])
def test_pointing_at_a_site_or_into_it_gives_the_same_posts(tmp_path: Path, corpus: str) -> None:
    make(tmp_path, *(f"site/{path}" for path in HEXO), "site/source/_drafts/b.md", "site/themes/c.md")
    found = scan(tmp_path / corpus)
    [site] = found.sites.reports()
    assert (site.generator, site.folders, site.elsewhere) == ("Hexo site", (("source/_posts", 1),), 0)
    assert len(found.posts) == 1


def test_a_theme_that_is_asked_for_is_read(tmp_path: Path) -> None:
    make(tmp_path, *HEXO, "themes/next/docs/a.md")
    assert paths(scan(tmp_path / "themes")) == ["next/docs/a.md"]


def test_drafts_are_taken_if_asked(tmp_path: Path) -> None:
    make(tmp_path, *HUGO, "drafts/b.md", "_drafts/c.md")
    assert reasons(scan(tmp_path)) == {"drafts": 2}
    assert len(scan(tmp_path, Selection(drafts=True)).posts) == 3


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        ((), (), ["source/_posts/a.md"]),
        (("README.md",), (), ["README.md", "source/_posts/a.md"]),
        (("a.md", "*/README.md"), (), ["source/_posts/a.md"]),
        (("**/next/a.md",), (), ["source/_posts/a.md", "themes/next/a.md"]),
        (("themes/",), (), ["source/_posts/a.md", "themes/next/a.md"]),
        (("themes/**",), (), ["source/_posts/a.md", "themes/next/a.md"]),
        (("/themes/next/*.md",), (), ["source/_posts/a.md", "themes/next/a.md"]),
        ((), ("*.md",), []),
        (("themes",), ("a.md",), []),
        ((), ("/*", "!/source/"), ["source/_posts/a.md"]),
        ((".secret",), (), [".secret/a.md", "source/_posts/a.md"]),
    ],
)
def test_options_come_first(
    tmp_path: Path, include: tuple[str, ...], exclude: tuple[str, ...], expected: list[str]
) -> None:
    make(tmp_path, *HEXO, "README.md", "themes/next/a.md", ".secret/a.md", ".secret/._a.md", ".git/a.md")
    assert paths(scan(tmp_path, Selection(include=include, exclude=exclude))) == expected


def test_ignore_files_are_nested_and_the_innermost_decides(tmp_path: Path) -> None:
    make(tmp_path, ".gitignore", text="*.txt\nprivate/\n!keep.txt\n")
    make(tmp_path, "a/.gitignore", text="!b.txt\n/c.md\n")
    make(tmp_path, "a/b.txt", "a/c.md", "a/d/c.md", "b.txt", "keep.txt", "private/keep.txt", "x/private/e.md")
    found = scan(tmp_path)
    assert paths(found) == ["a/b.txt", "a/d/c.md", "keep.txt"]
    assert reasons(found) == {"by .gitignore": 4}


def test_searchkitignore_overrules_all_but_the_options(tmp_path: Path) -> None:
    make(tmp_path, ".gitignore", text="notes/\n")
    make(tmp_path, ".searchkitignore", text="!notes/\n!themes/\n!README.md\nsource/_posts/a.md\n")
    make(tmp_path, *HEXO, "notes/b.md", "themes/c.md", "README.md")
    found = scan(tmp_path)
    assert paths(found) == ["README.md", "notes/b.md", "themes/c.md"]
    assert reasons(found) == {"by .searchkitignore": 1}


def test_ignore_files_of_a_repository_hold_for_a_folder_within_it(tmp_path: Path) -> None:
    make(tmp_path, ".git/HEAD", "posts/a.md", "posts/b.md", "posts/c/d.md")
    make(tmp_path, ".gitignore", text="/posts/b.md\nd.md\n")
    assert paths(scan(tmp_path / "posts")) == ["a.md"]
    assert paths(scan(tmp_path / "posts/c")) == []


def test_a_corpus_that_its_repository_ignores_was_asked_for(tmp_path: Path) -> None:
    make(tmp_path, ".git/HEAD", "posts/a.md", "posts/b/c.md")
    make(tmp_path, ".gitignore", text="*\n")
    assert paths(scan(tmp_path / "posts")) == ["a.md", "b/c.md"]
    assert paths(scan(tmp_path / "posts/b")) == ["c.md"]


def test_anything_may_have_the_name_of_a_configuration_or_of_an_ignore_file(tmp_path: Path) -> None:
    for name in (".gitignore", "_config.yml", "config.toml"):
        make(tmp_path, f"folder/{name}/", f"{name}s/a.md")
    (tmp_path / "pipe").mkdir()
    for name in (".searchkitignore", "mkdocs.yml"):
        os.mkfifo(tmp_path / "pipe" / name)
    make(tmp_path, "bytes/hugo.toml", "bytes/.gitignore", "bytes/a.md", "pipe/a.md")
    (tmp_path / "bytes/hugo.toml").write_bytes(bytes(range(256)) * 300)
    (tmp_path / "bytes/.gitignore").write_bytes(bytes(range(256)) * 2000)
    descriptors = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    found = scan(tmp_path)
    assert [path for path in paths(found) if path[0] != "."] == [
        "_config.ymls/a.md", "bytes/a.md", "config.tomls/a.md", "pipe/a.md"
    ]  # fmt: skip
    assert found.problems == []
    assert descriptors in (0, len(os.listdir("/proc/self/fd")))


def test_documents_that_are_not_read_are_counted(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "b.docx", "c.DOCX", "d.png")
    assert reasons(scan(tmp_path)) == {".docx (not read)": 2}
