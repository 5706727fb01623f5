"""Texts in YAML, TOML or JSON to mappings, in time and memory linear in their length; invalid ones line by line."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from typing import Any, Literal

import yaml
from frontmatter.default_handlers import JSONHandler, YAMLHandler

from searchkit.messages import _
from searchkit.posts.frontmatter.plainlines import plain_lines
from searchkit.posts.frontmatter.plainyaml import plain_yaml

Language = Literal["YAML", "TOML", "JSON"]

_BaseLoader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

_MAX_CHARS = 256 * 1024
_MAX_DEPTH = 200
_DEEP_BLOCKS = re.compile(rf"^[ \t?:-]{{{_MAX_DEPTH}}}", re.MULTILINE)
_MAX_KEY_PARTS = 50
_STRINGS = re.compile(r""" "[^"\n]*" | '[^'\n]*' """, re.VERBOSE)
_HASHTAG = re.compile(r"^([ \t]*-[ \t]+|\w+[ \t]*:[ \t]+)(#[^\s#'\"].*)$", re.MULTILINE)
_SUFFIXES: dict[str, Language] = {"toml": "TOML", "json": "JSON"}


class InvalidError(Exception):
    """A text is invalid in its language; the message is the reason."""


class _Loader(_BaseLoader):  # type: ignore[misc]
    """Loads scalars as text: `title: 1:30` is not 90, `tags: [007, no]` not 7 and False, and a date that does not exist
    invalidates no other value. It does not expand merge keys, which can grow exponentially.

    PyYAML's own base loader does the same in twice the time, since it looks for tags and constructors.
    """

    def resolve(self, kind: type, value: object, implicit: object) -> str:
        return ""

    def descend_resolver(self, current_node: object, current_index: object) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass

    def get_single_data(self) -> Any:
        node = self.get_single_node()
        return None if node is None else _value(node, {}, set())


def _value(node: yaml.Node, known: dict[int, Any], within: set[int]) -> Any:
    """A scalar as text, a sequence as a list, a mapping as a dictionary; the node of an alias is read once."""
    if isinstance(node, yaml.ScalarNode):
        return node.value
    place = id(node)
    if place in known:
        return known[place]
    if place in within:
        raise InvalidError(_("found unconstructable recursive node"))
    within.add(place)
    value: Any
    if isinstance(node, yaml.SequenceNode):
        value = [_value(item, known, within) for item in node.value]
    else:
        value = {_key(key): _value(item, known, within) for key, item in node.value}
    known[place] = value
    return value


def _key(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise InvalidError(_("found unhashable key"))
    return str(node.value)


def load(text: str, language: Language) -> Any:
    """What a text says.

    Raises:
        InvalidError: it is invalid, or nested too deeply, or too long.

    >>> load("title: 香港\\ntags: [甲, 007]", "YAML")
    {'title': '香港', 'tags': ['甲', '007']}
    """
    if len(text) > _MAX_CHARS:
        raise InvalidError(_("longer than {count} characters", count=_MAX_CHARS))
    try:
        return _LOADERS[language](text)
    except (InvalidError, MemoryError):
        raise
    except Exception as error:  # a parser may fail in undocumented ways: RecursionError, OverflowError, KeyError
        reason = " ".join(str(getattr(error, "problem", None) or error or type(error).__name__).split())
        raise InvalidError(reason[:200]) from error


def read_mapping(text: str, suffix: str) -> dict[str, Any]:
    """The mapping that a file with this suffix holds, read line by line if it is invalid. Never raises.

    >>> read_mapping("timezone: Asia/Shanghai\\ntitle: 甲: 乙", "yml")["timezone"]
    'Asia/Shanghai'
    """
    try:
        found = load(text, _SUFFIXES.get(suffix, "YAML"))
    except InvalidError:
        return plain_lines(text)
    return found if isinstance(found, dict) else {}


def _yaml(text: str) -> Any:
    plain = plain_yaml(text)
    return _any_yaml(text) if plain is None else plain


def _any_yaml(text: str) -> Any:
    # deep nesting overflows the C stack of libyaml
    if text.count("[") + text.count("{") > _MAX_DEPTH or _DEEP_BLOCKS.search(text):
        raise InvalidError(_("too deeply nested"))
    if "#" in text:  # a tag as Obsidian shows it, which YAML takes for a comment
        text = _HASHTAG.sub(lambda match: match[1] + json.dumps(match[2].strip(), ensure_ascii=False), text)
    return YAMLHandler().load(text, Loader=_Loader)


def _toml(text: str) -> Any:
    lines = _STRINGS.sub("", text).split("\n")
    if max(line.count(".") for line in lines) >= _MAX_KEY_PARTS:  # tomllib takes time by the square of a key's parts
        raise InvalidError(_("too deeply nested"))
    return tomllib.loads(text)


def _json(text: str) -> Any:
    """An object, or what stands between the braces of one, as Hexo has it."""
    text = text.strip()
    return JSONHandler().load(text if text.startswith("{") else f"{{{text.rstrip(',')}}}", strict=False)


_LOADERS: dict[Language, Callable[[str], Any]] = {"YAML": _yaml, "TOML": _toml, "JSON": _json}
