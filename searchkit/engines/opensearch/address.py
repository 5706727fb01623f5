"""Where an index lies that OpenSearch keeps: ``opensearch+https://search.example.org:9200/news``."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Literal

from searchkit.errors import SettingsError
from searchkit.messages import _

DEFAULT_PORT = 9200

MAX_NAME_BYTES = 200
"""OpenSearch allows 255; the names of generations are longer than that of their alias."""

_FORM = re.compile(r"opensearch\+(https?)://([^/?#]*)/([^/?#]*)/?", re.IGNORECASE)
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?))(?::(.*))?", re.IGNORECASE)
_FORBIDDEN = re.compile(r"""[\\/*?"<>|,#:%\x00-\x20\x7f-\xa0\ud800-\udfff]|\s""")
_RESERVED = re.compile(r".*-(?:lock|\d{6}-[0-9a-f]{8}(?:-kept)?)")


@dataclass(frozen=True, slots=True)
class Host:
    """A node of a cluster.

    Attributes:
        name: a host name in lower case, or an IP address; an IPv6 one without brackets.
        port: of HTTP.
    """

    name: str
    port: int = DEFAULT_PORT

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine, by a name that needs no look-up but ``localhost``."""
        try:
            address = ipaddress.ip_address(self.name)
        except ValueError:
            return self.name == "localhost"
        return (getattr(address, "ipv4_mapped", None) or address).is_loopback

    def __str__(self) -> str:
        return f"[{self.name}]:{self.port}" if ":" in self.name else f"{self.name}:{self.port}"


@dataclass(frozen=True, slots=True)
class Address:
    """An index in a cluster. It holds no credentials, so it can be printed and stored.

    Attributes:
        scheme: of HTTP.
        hosts: nodes of the one cluster; a call goes on with the next where one does not answer.
        index: the alias of the index.
    """

    scheme: Literal["http", "https"]
    hosts: tuple[Host, ...]
    index: str

    @classmethod
    def parse(cls, text: str) -> Address:
        """The address that a text says.

        Args:
            text: ``opensearch+http://HOST:PORT/NAME`` or the same with ``https``; several hosts stand between commas.
                The port is 9200 where none is given.

        Raises:
            SettingsError: it is none, or holds a password.

        >>> str(Address.parse("opensearch+https://a.example.org,[::1]:9201/news"))
        'opensearch+https://a.example.org:9200,[::1]:9201/news'
        """
        if "@" in text:  # first of all, so that no other message quotes a password
            raise SettingsError(
                _("an address holds no user or password"),
                _("set SEARCHKIT_OPENSEARCH_USER and SEARCHKIT_OPENSEARCH_PASSWORD, or write them to ~/.netrc"),
            )
        form = _FORM.fullmatch(text)
        if form is None:
            raise _wrong(_("an address has a scheme, hosts and the name of an index, and nothing else"))
        scheme: Literal["http", "https"] = "http" if form[1].lower() == "http" else "https"
        hosts = dict.fromkeys(_host(host) for host in form[2].split(","))
        return cls(scheme, tuple(hosts), _index(form[3]))

    @property
    def nodes(self) -> str:
        """Its hosts, as messages name them."""
        return ", ".join(map(str, self.hosts))

    @property
    def hint_to_rebuild(self) -> str:
        """The command that builds the index."""
        import shlex  # for a message only

        return _("run: {command}", command=shlex.join(["searchkit", "rebuild-index", "--index", str(self)]))

    def __str__(self) -> str:
        return f"opensearch+{self.scheme}://{','.join(map(str, self.hosts))}/{self.index}"


def _host(text: str) -> Host:
    """A host with its port. What is wrong is not quoted: it may be a password whose ``@`` was forgotten."""
    parts = _HOST.fullmatch(text)
    if parts is None:
        raise _wrong(_("an address names its hosts by letters, digits, dots and hyphens, or by numbers"))
    six, name, port = parts.groups()
    if port is not None and not (port.isascii() and port.isdecimal() and len(port) < 6 and 0 < int(port) < 65536):
        raise _wrong(_("the port in an address is a number from 1 to 65535"))
    if six:
        try:
            name = str(ipaddress.IPv6Address(six))
        except ValueError:
            name = None
    if name is None:
        raise _wrong(_("what stands in brackets in an address is an IPv6 address"))
    return Host(name.lower(), int(port) if port else DEFAULT_PORT)


def _index(name: str) -> str:
    """The name of an index, one that OpenSearch takes and that is not one of those that a rebuild makes."""
    if not name:
        raise _wrong(_("the address names no index"))
    if name != name.lower():
        raise _wrong(_("the name of an index is in lower case: {name!r}", name=name))
    if _FORBIDDEN.search(name) or name[0] in "._-+":
        raise _wrong(_("{name!r} is no name of an index: use letters, digits and hyphens", name=name))
    if len(name.encode()) > MAX_NAME_BYTES:
        raise _wrong(_("the name of an index has at most {bytes} bytes", bytes=MAX_NAME_BYTES))
    if _RESERVED.fullmatch(name):
        raise _wrong(_("{name!r} is a name that a rebuild gives; use the name of the index itself", name=name))
    return name


def _wrong(message: str) -> SettingsError:
    return SettingsError(message, _("write it as {example}", example="opensearch+https://search.example.org:9200/news"))
