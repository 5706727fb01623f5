"""Texts in YAML, TOML or JSON to mappings, in time and memory linear in their length; invalid ones line by line."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from typing import Any, Literal

import yaml

from searchkit.posts.plainlines import plain_lines

Language = Literal["YAML", "TOML", "JSON"]

_Parser: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

_MAX_CHARS = 256 * 1024
_MAX_DEPTH = 200
_DEEP_BLOCKS = re.compile(rf"^[ \t?:-]{{{_MAX_DEPTH}}}", re.MULTILINE)
_MAX_KEY_PARTS = 50
_STRINGS = re.compile(r""" "[^"\n]*" | '[^'\n]*' """, re.VERBOSE)
_HASHTAG = re.compile(r"^([ \t]*-[ \t]+|\w+[ \t]*:[ \t]+)(#[^\s#'\"].*)$", re.MULTILINE)
_SUFFIXES: dict[str, Language] = {"toml": "TOML", "json": "JSON"}


class InvalidError(Exception):
    """A text is invalid in its language; the message is the reason."""


def load(text: str, language: Language) -> Any:
    """What a text says.

    Raises:
        InvalidError: it is invalid, or nested too deeply, or too long.

    >>> load("title: 香港\\ntags: [甲, 007]", "YAML")
    {'title': '香港', 'tags': ['甲', '007']}
    """
    if len(text) > _MAX_CHARS:
        raise InvalidError(f"longer than {_MAX_CHARS} characters")
    try:
        return _LOADERS[language](text)
    except InvalidError:
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
    # deep nesting overflows the C stack of libyaml
    if text.count("[") + text.count("{") > _MAX_DEPTH or _DEEP_BLOCKS.search(text):
        raise InvalidError("too deeply nested")
    if "#" in text:  # a tag as Obsidian shows it, which YAML takes for a comment
        text = _HASHTAG.sub(lambda match: match[1] + json.dumps(match[2].strip(), ensure_ascii=False), text)
    loader = _Composer(text)
    try:
        node = loader.get_single_node()
        return None if node is None else _value_of(node, {})
    finally:
        loader.dispose()


class _Composer(_Parser):  # type: ignore[misc]
    """PyYAML's parser without its guesses of types, which take as long as all the rest."""

    def resolve(self, kind: object, value: object, implicit: object) -> object:
        return kind

    def descend_resolver(self, parent: object, index: object) -> None: ...

    def ascend_resolver(self) -> None: ...


def _value_of(node: yaml.Node, made: dict[int, Any]) -> Any:
    """The value of a node, every scalar as text; an alias is the same object as its anchor.

    So `title: 1:30` is not 90, `tags: [007, no]` not 7 and False, and a date that does not exist invalidates no other
    value. Merge keys, which can grow exponentially, are not expanded.
    """
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if id(node) in made:
        return made[id(node)]
    if isinstance(node, yaml.SequenceNode):
        items = made[id(node)] = []
        items.extend(_value_of(item, made) for item in node.value)
        return items
    values = made[id(node)] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise InvalidError("a key is a list or a mapping")
        values[key.value] = _value_of(value, made)
    return values


def _toml(text: str) -> Any:
    lines = _STRINGS.sub("", text).split("\n")
    if max(line.count(".") for line in lines) >= _MAX_KEY_PARTS:  # tomllib takes time by the square of a key's parts
        raise InvalidError("too deeply nested")
    return tomllib.loads(text)


def _json(text: str) -> Any:
    """An object, or what stands between the braces of one, as Hexo has it."""
    text = text.strip()
    return json.loads(text if text.startswith("{") else f"{{{text.rstrip(',')}}}", strict=False)


_LOADERS: dict[Language, Callable[[str], Any]] = {"YAML": _yaml, "TOML": _toml, "JSON": _json}
