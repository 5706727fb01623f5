"""Generators of sites: recognised by their configuration, they say where posts are and what is none."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from searchkit.posts.selection.ignoring import IgnoreRules
from searchkit.posts.selection.opening import beginning

HERE = "."
"""The folder of the configuration itself."""

MACHINERY = frozenset(["public", "vendor", "themes", "scaffolds", "archetypes"])
"""Folders of generators that somebody may also name so who has none: left out where something else tells of one."""

_MAX_CONFIGURATION = 64 * 1024
_SETTING = re.compile(r'^(?:([A-Za-z_]\w*)|[{\s,]*"(\w+)")[ \t]*[:=][ \t]*(.*)$', re.MULTILINE)
_VALUE = re.compile(r"""r?"([^"\n]*)"|r?'([^'\n]*)'|([^\s#,;}"']+)""")
_LIST_ITEM = re.compile(r"""^[ \t]*-[ \t]+(.*)$""")
_PROJECT_FILE = re.compile(
    r"(?:readme|licen[sc]e|copying|changelog|changes|history|contributing|contributors|authors|notice|security|support"
    r"|code[_-]of[_-]conduct|governance|maintainers|pull_request_template|issue_template|agents|claude|gemini)"
    r"(?:[._-].*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Generator:
    """A kind of site.

    Attributes:
        name: what the report calls such a site; empty where nobody can say.
        signs: files and folders; all of one tuple make a folder such a site. A configuration file comes first.
        posts: folders that hold posts; those that are there.
        machinery: folders beside the configuration that hold no posts.
        posts_setting: the key of the configuration that names the folder of posts.
        output_setting: the key that names the folder of the finished site.
        below: the folder below ``posts_setting`` that holds the posts.
        readme_is_page: whether a README beside the configuration is a page of the site.
    """

    name: str
    signs: tuple[tuple[str, ...], ...]
    posts: tuple[str, ...] = (HERE,)
    machinery: frozenset[str] = frozenset()
    posts_setting: str = ""
    output_setting: str = ""
    below: str = ""
    readme_is_page: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """A site in a corpus.

    Attributes:
        generator: what made it.
        posts: the folders that hold its posts, relative to its own; ``HERE`` for all of it.
        left_out: names beside its configuration that are left out.
        rules: rules of the configuration, each with what the report calls what they name.
    """

    generator: Generator
    posts: tuple[str, ...]
    left_out: frozenset[str]
    rules: tuple[tuple[str, IgnoreRules], ...] = ()

    def is_project_file(self, name: str) -> bool:
        """Whether a file beside the configuration is about the site's source."""
        return not self.generator.readme_is_page and is_project_file(name)


def is_project_file(name: str) -> bool:
    """Whether a file has the name of one that is about a folder and its sources.

    >>> is_project_file("README_EN.md"), is_project_file("License"), is_project_file("readmes.md")
    (True, True, False)
    """
    return _PROJECT_FILE.fullmatch(name) is not None


_PACKAGE = ("public", "static", "dist", "build", "vendor")


def _configurations(stem: str, *suffixes: str, beside: tuple[str, ...] = ()) -> tuple[tuple[str, ...], ...]:
    return tuple((f"{stem}.{suffix}", *beside) for suffix in suffixes)


_SCRIPTS = ("js", "ts", "mjs", "cjs", "mts")
_JEKYLL = Generator(
    "Jekyll site",
    signs=(
        ("_config.yml",),
        ("_config.yaml",),
        ("_config.toml", "_posts"),
        *(("_posts", sign) for sign in ("_layouts", "_includes", "_drafts", "_sass", "_pages", "Gemfile")),
        *(("_posts", page) for page in ("index.html", "index.md", "404.html", "404.md")),
    ),
    posts=("_posts",),
    machinery=MACHINERY | {"assets", "_data", "_sass", "_plugins"},
    posts_setting="collections_dir",
    output_setting="destination",
    below="_posts",
)
_HEXO = Generator(
    "Hexo site",
    signs=(("_config.yml", "source"), ("_config.yml", "scaffolds"), ("_config.yaml", "source"), ("source/_posts",)),
    posts=("source/_posts",),
    machinery=MACHINERY,
    posts_setting="source_dir",
    output_setting="public_dir",
    below="_posts",
)
_OBSIDIAN = Generator("Obsidian vault", signs=((".obsidian",),), readme_is_page=True)
_UNKNOWN = Generator("", signs=(), machinery=MACHINERY, readme_is_page=True)

GENERATORS = (
    Generator(
        "Octopress site",
        signs=(("_config.yml", "Rakefile", "source"),),
        posts=("source/_posts",),
        machinery=MACHINERY | {"sass", "plugins"},
    ),
    Generator(
        "Jupyter Book",
        signs=(("_config.yml", "_toc.yml"),),
        machinery=frozenset(["_build"]),
        readme_is_page=True,
    ),
    _HEXO,
    _JEKYLL,
    Generator(
        "Zola site",
        signs=(("config.toml", "content", "templates"), ("zola.toml", "content")),
        posts=("content",),
        machinery=MACHINERY | {"templates", "sass"},
        output_setting="output_dir",
    ),
    Generator(
        "Pelican site",
        signs=(("pelicanconf.py",),),
        posts=("content",),
        machinery=MACHINERY | {"output"},
        posts_setting="PATH",
        output_setting="OUTPUT_PATH",
    ),
    Generator(
        "Hugo site",
        signs=(
            *_configurations("hugo", "toml", "yaml", "yml", "json"),
            *_configurations("config", "toml", "yaml", "yml", "json", beside=("content",)),
            *_configurations("config", "toml", "yaml", "yml", "json", beside=("archetypes",)),
            ("config/_default",),
            *(("content", sign) for sign in ("archetypes", "layouts", "themes", "static")),
        ),
        posts=("content",),
        machinery=MACHINERY | {"layouts", "resources", "assets", "data", "i18n", "exampleSite", "_vendor"},
        posts_setting="contentDir",
        output_setting="publishDir",
    ),
    Generator(
        "Docusaurus site",
        signs=_configurations("docusaurus.config", *_SCRIPTS),
        posts=("docs", "blog"),
        machinery=frozenset(["build", "static", "vendor"]),
    ),
    Generator(
        "Gatsby site",
        signs=_configurations("gatsby-config", *_SCRIPTS),
        posts=("content", "src/pages"),
        machinery=frozenset(_PACKAGE),
    ),
    Generator(
        "Astro site",
        signs=_configurations("astro.config", *_SCRIPTS),
        posts=("src/content", "src/pages"),
        machinery=frozenset(_PACKAGE),
    ),
    Generator(
        "Nuxt site",
        signs=_configurations("nuxt.config", *_SCRIPTS, beside=("content",)),
        posts=("content",),
        machinery=frozenset(_PACKAGE),
    ),
    Generator(
        "Eleventy site",
        signs=((".eleventy.js",), *_configurations("eleventy.config", *_SCRIPTS)),
        machinery=frozenset([*_PACKAGE, "_data"]),
    ),
    Generator(
        "MkDocs site",
        signs=(("mkdocs.yml",), ("mkdocs.yaml",)),
        posts=("docs",),
        machinery=frozenset(["site", "overrides"]),
        posts_setting="docs_dir",
        output_setting="site_dir",
    ),
    Generator(
        "mdBook",
        signs=(("book.toml",),),
        posts=("src",),
        machinery=frozenset(["book"]),
        posts_setting="src",
    ),
    *(
        Generator(name, signs=((f"{folder}/{mark}",),), posts=(folder,), machinery=frozenset(_PACKAGE))
        for folder in ("docs", "src", "blog")
        for name, mark in (("VuePress site", ".vuepress"), ("VitePress site", ".vitepress"))
    ),
    Generator("VuePress site", signs=((".vuepress",),), machinery=frozenset(["public", "dist"]), readme_is_page=True),
    Generator("VitePress site", signs=((".vitepress",),), machinery=frozenset(["public"]), readme_is_page=True),
    Generator("GitBook", signs=(("book.json", "SUMMARY.md"),), machinery=frozenset(["_book"]), readme_is_page=True),
    Generator(
        "Quarto project",
        signs=(("_quarto.yml",), ("_quarto.yaml",)),
        machinery=frozenset(["_book", "_freeze"]),
    ),
    Generator(
        "Sphinx project",
        signs=(("conf.py", "index.rst"), ("conf.py", "index.md")),
        machinery=frozenset(["_build", "_static", "_templates"]),
        readme_is_page=True,
    ),
    _OBSIDIAN,
    Generator(
        "Logseq graph", signs=(("logseq", "pages"), ("logseq", "journals")), posts=("pages", "journals"),
        machinery=frozenset(["logseq"]), readme_is_page=True,
    ),
)  # fmt: skip

_MARKS_OF_MACHINES = MACHINERY | {
    *("_site", "node_modules", "_layouts", "_includes", "_drafts"),
    *("package.json", "Gemfile", "composer.json", "go.mod"),
}
SIGNS_OF_SITES = frozenset(
    [path.split("/")[0] for generator in GENERATORS for sign in generator.signs for path in sign] + [*MACHINERY]
)
"""Without one of these names, a folder has no configuration."""


def recognise(folder: str, names: Collection[str]) -> Site | None:
    """The site whose configuration is in a folder; None where there is none.

    Two folders that only generators have, such as ``themes`` and ``public``, make a site of an unknown generator: its
    name is empty.

    Args:
        folder: the folder.
        names: what is in it.
    """
    for generator in GENERATORS:
        if any(all(_is_there(folder, path, names) for path in sign) for sign in generator.signs):
            return _site(generator, folder, names)
    if len(_MARKS_OF_MACHINES.intersection(names)) >= 2 or _is_there(folder, "public/index.html", names):
        return Site(_UNKNOWN, (HERE,), MACHINERY)
    return None


def _is_there(folder: str, path: str, names: Collection[str]) -> bool:
    name, _, rest = path.partition("/")
    return name in names and (not rest or os.path.exists(os.path.join(folder, path)))


def _site(generator: Generator, folder: str, names: Collection[str]) -> Site:
    text = _configuration(generator, folder, names)
    settings = dict(_settings(text))
    posts = tuple(path for path in generator.posts if _is_there(folder, path, names))
    if generator is _JEKYLL:
        posts += tuple(sorted(name for name in names if _is_collection(name)))
    named = _inside(settings.get(generator.posts_setting, ""))
    if named:
        posts = (f"{named}/{generator.below}".rstrip("/"), *posts)
    output = _inside(settings.get(generator.output_setting, ""))
    left_out = generator.machinery | ({output} if output else set())
    posts = tuple(dict.fromkeys(posts or generator.posts))
    return Site(generator, posts, left_out - {path.split("/")[0] for path in posts}, tuple(_rules(generator, text)))


def _is_collection(name: str) -> bool:
    left_out = {"_posts", "_drafts", "_layouts", "_includes", "_site"}
    return name.startswith("_") and "." not in name and name not in left_out | _JEKYLL.machinery


def _rules(generator: Generator, text: str) -> Iterator[tuple[str, IgnoreRules]]:
    if generator is _JEKYLL and (excluded := _list(text, "exclude")):
        yield "excluded by _config.yml", IgnoreRules.of(f"/{path.lstrip('/')}" for path in excluded)
    if generator is _OBSIDIAN and (templates := _inside(dict(_settings(text)).get("folder", ""))):
        yield "templates", IgnoreRules.of([f"/{templates}/"])


def _configuration(generator: Generator, folder: str, names: Collection[str]) -> str:
    """The text of the configuration file; empty where it cannot be read, or is a program."""
    files = [sign[0] for sign in generator.signs if sign[0] in names and "." in sign[0][1:]]
    files += ["config/_default/hugo.toml", "config/_default/config.toml"] if "config" in names else []
    if generator is _OBSIDIAN:
        files = [".obsidian/templates.json"]
    texts = (beginning(os.path.join(folder, file), _MAX_CONFIGURATION) for file in dict.fromkeys(files))
    return next(filter(None, texts), b"").decode("utf-8-sig", "replace")


def _settings(text: str) -> Iterator[tuple[str, str]]:
    """Keys at the left margin with a value on their line, as YAML, TOML, JSON and Python have them; the first last."""
    for match in reversed(list(_SETTING.finditer(text))):
        value = _VALUE.match(match[3])
        if value:
            yield match[1] or match[2], next(filter(None, value.groups()), "")


def _list(text: str, key: str) -> list[str]:
    """The items of a list in YAML: ``key: [a, b]``, or a line with a dash for each."""
    lines = iter(text.splitlines())
    inline = next((line.partition(":")[2].strip() for line in lines if line.startswith(f"{key}:")), "")
    if inline.startswith("["):
        return [item for part in inline.strip("[]").split(",") if (item := _plain(part))]
    items: list[str] = []
    for line in lines:
        listed = _LIST_ITEM.match(line)
        if listed:
            items.append(_plain(listed[1]))
        elif line.strip() and not line.lstrip().startswith("#"):
            break
    return [item for item in items if item]


def _plain(value: str) -> str:
    match = _VALUE.match(value.strip())
    return next(filter(None, match.groups()), "") if match else ""


def _inside(path: str) -> str:
    """A path of a configuration if it is inside of the site's folder and another one than it; else an empty one."""
    path = os.path.normpath(path).replace(os.sep, "/") if path else ""
    return "" if path.startswith(("/", "..")) or path == HERE else path


def site_around(corpus: str, levels: int = 4) -> tuple[Mapping[str, str], Site] | None:
    """The outermost site among whose posts a corpus folder is, where the configuration is above it.

    A folder ``source`` with ``_posts`` and ``_drafts`` looks like a Jekyll site, until its Hexo site is seen.

    Returns:
        For each folder of posts, its path relative to the corpus (``HERE`` if it contains the corpus), and the site.
    """
    below, found = "", None
    for _ in range(levels):
        corpus, name = os.path.split(corpus)
        if not name:
            break
        below = f"{name}/{below}"
        try:
            site = recognise(corpus, frozenset(os.listdir(corpus)))
        except OSError:
            break
        folders = {} if site is None or not site.generator.name else _seen_from(below, site.posts)
        found = (folders, site) if folders and site is not None else found
    return found


def _seen_from(below: str, posts: Collection[str]) -> dict[str, str]:
    """Those folders of posts that contain a folder of the site or are in it, each with its path from there."""
    containing = {path: HERE for path in posts if below.startswith(f"{path}/") or path == HERE}
    return containing | {path: path[len(below) :] for path in posts if path.startswith(below)}
