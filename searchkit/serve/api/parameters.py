"""The parameters of an address: each is described once, and read as it is described."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qsl

from searchkit.errors import QueryError
from searchkit.messages import _

MAX_QUERY = 1_000
MAX_VALUE = 200
_MAX_PARAMETERS = 100


class Parameter(Protocol):
    """A parameter of an address.

    Attributes:
        name: as it stands in the address.
        description: one sentence.
        required: whether an address without it is an error.
    """

    @property
    def name(self) -> str: ...

    @property
    def description(self) -> str: ...

    @property
    def required(self) -> bool: ...

    def read(self, values: Sequence[str]) -> Any:
        """Its value, of the texts that an address has for it. Raises QueryError."""

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of its value."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text.

    Attributes:
        format: a name for what it has to be, such as a period.
    """

    name: str
    description: str
    required: bool = False
    max_length: int = MAX_VALUE
    format: str = ""

    def read(self, values: Sequence[str]) -> str | None:
        value = _single(self.name, values)
        return None if value is None else _short(self.name, value, self.max_length)

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "string", "maxLength": self.max_length}
        return schema | ({"format": self.format} if self.format else {})


@dataclass(frozen=True, slots=True)
class Texts:
    """Several texts: the parameter is repeated."""

    name: str
    description: str
    required: bool = False
    max_items: int = 32
    max_length: int = MAX_VALUE

    def read(self, values: Sequence[str]) -> tuple[str, ...]:
        if len(values) > self.max_items:
            raise QueryError(
                _("{name} is given {count} times", name=self.name, count=len(values)),
                _("give it at most {most} times", most=self.max_items),
            )
        return tuple(dict.fromkeys(_short(self.name, value, self.max_length) for value in values))

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {
            "type": "array",
            "items": {"type": "string", "maxLength": self.max_length},
            "maxItems": self.max_items,
        }
        return schema | ({"minItems": 1} if self.required else {})


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number within bounds."""

    name: str
    description: str
    default: int
    minimum: int
    maximum: int
    required: bool = False

    def read(self, values: Sequence[str]) -> int:
        value = _single(self.name, values)
        if value is None:
            return self.default
        number = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else -1
        if not self.minimum <= number <= self.maximum:
            raise QueryError(
                _("{name} is {value!r}", name=self.name, value=value[:MAX_VALUE]),
                _("use a whole number from {first} to {last}", first=self.minimum, last=self.maximum),
            )
        return number

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.minimum, "maximum": self.maximum, "default": self.default}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several names."""

    name: str
    description: str
    names: tuple[str, ...]
    required: bool = False

    def read(self, values: Sequence[str]) -> str:
        value = _single(self.name, values)
        return self.names[0] if value is None else _one_of(self.name, value, self.names)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.names), "default": self.names[0]}


@dataclass(frozen=True, slots=True)
class Choices:
    """Any of several names: the parameter is repeated."""

    name: str
    description: str
    names: tuple[str, ...]
    default: tuple[str, ...] = ()
    required: bool = False

    def read(self, values: Sequence[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_one_of(self.name, value, self.names) for value in values)) or self.default

    def schema(self) -> dict[str, Any]:
        return {
            "type": "array",
            "items": {"type": "string", "enum": list(self.names)},
            "default": list(self.default),
        }


@dataclass(frozen=True, slots=True)
class Switch:
    """True or false; false unless it is given."""

    name: str
    description: str
    required: bool = False

    def read(self, values: Sequence[str]) -> bool:
        value = _single(self.name, values)
        return value is not None and _one_of(self.name, value, ("true", "false")) == "true"

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean", "default": False}


def read_parameters(query: bytes, parameters: Sequence[Parameter]) -> Mapping[str, Any]:
    """The values of an address' parameters by name, those that are not given as by default.

    Args:
        query: what follows the question mark. Bytes that are no UTF-8 are kept as in names of files.
        parameters: those that there are.

    Raises:
        QueryError: one is unknown or missing, or its value means nothing.

    >>> read_parameters(b"limit=3", [Number("limit", "how many", 10, 0, 100)])
    {'limit': 3}
    """
    given: dict[str, list[str]] = {parameter.name: [] for parameter in parameters}
    try:
        pairs = parse_qsl(
            query.decode("ascii"), keep_blank_values=True, errors="surrogateescape", max_num_fields=_MAX_PARAMETERS
        )
    except ValueError:
        raise QueryError(_("the address has too many parameters, or characters that are not escaped")) from None
    for name, value in pairs:
        if name not in given:
            raise QueryError(
                _("there is no parameter {name!r}", name=name[:MAX_VALUE]),
                _("use some of {names}", names=", ".join(given)),
            )
        given[name].append(value)
    for parameter in parameters:
        if parameter.required and not given[parameter.name]:
            raise QueryError(_("the parameter {name} is missing", name=parameter.name))
    return {parameter.name: parameter.read(given[parameter.name]) for parameter in parameters}


def _single(name: str, values: Sequence[str]) -> str | None:
    if len(values) > 1:
        raise QueryError(_("{name} is given more than once", name=name))
    return values[0] if values else None


def _short(name: str, value: str, most: int) -> str:
    if len(value) > most:
        raise QueryError(_("{name} has more than {most} characters", name=name, most=most))
    return value


def _one_of(name: str, value: str, names: Sequence[str]) -> str:
    if value not in names:
        raise QueryError(
            _("{name} is {value!r}", name=name, value=value[:MAX_VALUE]),
            _("use one of {names}", names=", ".join(names)),
        )
    return value
