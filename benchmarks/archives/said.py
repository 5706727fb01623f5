"""What a raw file says of itself: its title, its day, its tags."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from benchmarks.archives.blocks import Blocks
from benchmarks.archives.markup import HTML_TAG, JOINER, prose_text
from benchmarks.archives.metadata import RawPost

_DAY = re.compile(r"(?<!\d)(\d{4})\s*[-/.年_]\s*(\d{1,2})\s*[-/.月_]\s*(\d{1,2})(?!\d)")
_PLAIN_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])(?!\d)")
_ROC_DAY = re.compile(r"民[國国]\s*(\d{1,3})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_FOLDER_DAY = re.compile(r"(?:^|/)(\d{4})/(\d{1,2})/(\d{1,2})/")
_NAME_DAY = re.compile(
    r"^(?:(\d{4})([-_.])(\d{1,2})\2(\d{1,2})|((?:19|20)\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01]))(?!\d)[-_ .]*"
)
_TITLE_KEYS = ("title", "标题", "標題")
_DATE_KEYS = ("date", "日期", "pubdate", "publishdate", "published", "created")
_LATER_DATE_KEYS = ("updated", "lastmod", "modified")
_TAG_KEYS = ("tags", "标签", "標籤", "categories", "分类", "分類")
_ONE_TAG_KEYS = ("tag", "category")
_NO_VALUE = ("", "~", "null", "Null", "NULL")
_INLINE_TAG = re.compile(r"(?<![\w#&/(])#([^\W\d][\w/-]*)")


def titles(path: str, post: RawPost, blocks: Blocks) -> tuple[str, ...]:
    """All forms of the title that are right; the first is the one to show."""
    named = _named_title(post)
    if named:
        return tuple(dict.fromkeys(_title_forms(named)))
    name = tuple(form for title in _name_titles(path) for form in dict.fromkeys(_title_forms(title)))
    heading = blocks.title_heading
    if not heading:
        return name
    shown = " ".join(prose_text(heading).replace(JOINER, "").split())
    forms = tuple(dict.fromkeys((*_title_forms(shown), *_title_forms(heading))))
    return forms if blocks.heading_is_sure else (*forms, *name)


def _named_title(post: RawPost) -> str:
    for key in _TITLE_KEYS:
        value = post.metadata.get(key)
        if isinstance(value, (list, dict)):
            value = post.lines.get(key) or value
        text = str(value).strip() if value is not None else ""
        if text not in _NO_VALUE:
            return " ".join(text.split())
    return ""


def _title_forms(title: str) -> Iterator[str]:
    """A title as it is written, and with its markup read; with and without the marks of code and emphasis."""
    pieces = re.split(r"(`[^`]*`)", title)
    read = "".join(piece if piece.startswith("`") else html.unescape(HTML_TAG.sub("", piece)) for piece in pieces)
    unpaired = title.strip("\"'") if title.count('"') == 1 or title.count("'") == 1 else title
    for form in (read, title, unpaired):
        yield " ".join(form.split())
        yield " ".join(form.replace("`", "").split())
        yield " ".join(re.sub(r"\*\*|`|~~", "", form).split())
        yield " ".join(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", form).split())


def _name_titles(path: str) -> list[str]:
    """The file name without its date; for an index of a folder, the folder's name is as good."""
    place = PurePosixPath(path)
    named = [_NAME_DAY.sub("", place.stem) or place.stem]
    is_index = place.stem.lower() in ("index", "_index", "readme")
    return [*named, place.parent.name] if is_index and place.parent.name else named


def same_title(expected: Iterable[str], title: str) -> bool:
    """Whether a title is one of the forms, dashes and spaces alike."""
    return _spaced(title) in {_spaced(form) for form in expected}


def _spaced(title: str) -> str:
    return " ".join(re.sub(r"[-_\s\u200b\ufeff\xa0\u3000\x00-\x1f\x7f]+", " ", title).split()).casefold()


def day(path: str, post: RawPost) -> str:
    """The day that the author wrote as ``2021-11-08``; empty if there is none."""
    for key in _DATE_KEYS:
        if found := _written_day(post.metadata.get(key)):
            return found
    if match := _NAME_DAY.match(PurePosixPath(path).name):
        year, month, number = (match[1], match[3], match[4]) if match[1] else (match[5], match[6], match[7])
        return _day(year, month, number)
    if match := _FOLDER_DAY.search(path):
        return _day(*match.groups())
    for key in _LATER_DATE_KEYS:
        if found := _written_day(post.metadata.get(key)):
            return found
    return ""


def _written_day(value: object) -> str:
    text = "" if value is None or isinstance(value, (dict, list)) else str(value)
    if match := _ROC_DAY.search(text):
        return _day(str(int(match[1]) + 1911), match[2], match[3])
    match = _DAY.search(text) or _PLAIN_DAY.search(text)
    return _day(*match.groups()) if match else ""


def _day(year: str, month: str, number: str) -> str:
    valid = 1 <= int(month) <= 12 and 1 <= int(number) <= 31
    return f"{year}-{int(month):02}-{int(number):02}" if valid else ""


def wrong_tags(post: RawPost, got: Iterable[str], jekyll: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tags that are missing and those that the file does not say.

    A nested category may be one tag with slashes or several tags; a name with spaces in a plural key may be one tag or
    several, unless the archive is Jekyll's, which divides it.
    """
    sure, possible = _tags(post, jekyll)
    parts = {part for tag in got for part in (_tag(tag), *map(_tag, tag.split("/")))}
    missing = tuple(tag for tag in sure if _tag(tag) not in parts)
    known = {_tag(tag) for tag in (*sure, *possible)}
    known |= {_tag(tag) for tag in _INLINE_TAG.findall(post.content)}
    extra = tuple(tag for tag in got if _tag(tag) not in known and not all(_tag(p) in known for p in tag.split("/")))
    return missing, extra


def _tag(name: str) -> str:
    return " ".join(html.unescape(name).strip().lstrip("#").split()).casefold()


def _tags(post: RawPost, jekyll: bool) -> tuple[list[str], list[str]]:
    sure: list[str] = []
    possible: list[str] = []
    taxonomies = post.metadata.get("taxonomies")
    spaces = [post.metadata, *([taxonomies] if isinstance(taxonomies, Mapping) else [])]
    for space in spaces:
        for key in (*_TAG_KEYS, *_ONE_TAG_KEYS):
            value = space.get(key)
            if not isinstance(value, str):
                sure += _leaves(value)
            elif re.search("[,，、;；]", value):
                sure += [part.strip() for part in re.split("[,，、;；]", value) if part.strip()]
            elif key in _ONE_TAG_KEYS or " " not in value.strip():
                sure += _leaves(value)
            elif jekyll:
                sure += value.split()
            else:
                possible += [value, *value.split()]
    return sure, possible


def _leaves(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return _leaves(value.get("name"))
    if isinstance(value, (list, tuple)):
        return [leaf for item in value for leaf in _leaves(item)]
    text = "" if value is None else str(value).strip()
    return [] if text in _NO_VALUE else [text]
