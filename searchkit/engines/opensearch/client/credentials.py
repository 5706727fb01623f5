"""Who asks, and whom to trust: from the environment or ``~/.netrc``, and in no message, pickle or traceback."""

from __future__ import annotations

import base64
import os
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path

from searchkit.engines.opensearch.address import Address, Host
from searchkit.errors import SettingsError
from searchkit.messages import _

USER = "SEARCHKIT_OPENSEARCH_USER"
PASSWORD = "SEARCHKIT_OPENSEARCH_PASSWORD"
API_KEY = "SEARCHKIT_OPENSEARCH_API_KEY"
CA = "SEARCHKIT_OPENSEARCH_CA"
INSECURE = "SEARCHKIT_OPENSEARCH_INSECURE"

_HIDDEN = "…"
_SHORT = 4
"""Characters of a secret that is shorter than what is looked for in texts of others: it would be found everywhere."""


Hide = Callable[[str], str]
"""What a server said, without the secrets that it may have repeated."""


class Secret(str):
    """A text that shows nowhere but where it is used."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(_HIDDEN)

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        raise TypeError("a secret is not pickled")


class Credentials:
    """What a cluster is told about who asks.

    Raises:
        SettingsError: they are incomplete, cannot be sent, or would be sent in clear.
    """

    def __init__(self, address: Address) -> None:
        self._secrets: list[Secret] = []
        self._by_host = {host: self._headers(host) for host in address.hosts}
        if address.scheme == "http" and os.environ.get(INSECURE) != "1":
            for host, headers in self._by_host.items():
                if headers and not host.is_loopback:
                    raise SettingsError(
                        _("a password would go to {host} in clear", host=host),
                        _("use opensearch+https://; in a network that you trust, set {variable}=1", variable=INSECURE),
                    )

    def headers(self, host: Host) -> Mapping[str, Secret]:
        """The headers of a request to a host."""
        return self._by_host[host]

    def hide(self, text: str) -> str:
        """A server's text without the secrets that it may have repeated; see ``Hide``."""
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        return text

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def _headers(self, host: Host) -> dict[str, Secret]:
        user, password, key = (Secret(os.environ.get(name, "")) for name in (USER, PASSWORD, API_KEY))
        if key:
            if user or password:
                raise SettingsError(
                    _("there are both an API key and a password"),
                    _("unset {variable}, or the others", variable=API_KEY),
                )
            return self._header("ApiKey", key, API_KEY)
        if bool(user) != bool(password):
            raise SettingsError(
                _("{variable} is not set", variable=PASSWORD if user else USER),
                _("set both, or neither"),
            )
        if not user:
            user, password = _of_netrc(host.name)
        if not user:
            return {}
        if ":" in user:
            raise SettingsError(_("a user's name has no colon"), _("check {variable}", variable=USER))
        self._secrets += [password] if len(password) >= _SHORT else []
        token = Secret(base64.b64encode(os.fsencode(f"{user}:{password}")).decode())
        return self._header("Basic", token, PASSWORD)

    def _header(self, scheme: str, token: Secret, variable: str) -> dict[str, Secret]:
        if not (token.isascii() and token.isprintable()) or " " in token:
            raise SettingsError(_("{variable} holds what cannot be sent", variable=variable), _("check its value"))
        self._secrets.append(token)
        return {"Authorization": Secret(f"{scheme} {token}")}


def _of_netrc(host: str) -> tuple[Secret, Secret]:
    """User and password of a host in ``~/.netrc``, empty if there are none.

    Its ``default`` entry does not count: a password is for the host that it names.
    """
    from netrc import NetrcParseError, netrc  # only where the environment says nothing

    line = None
    try:
        found = netrc().hosts.get(host, ("", None, ""))
        return Secret(found[0] or ""), Secret(found[2] or "")
    except FileNotFoundError:
        return Secret(""), Secret("")
    except NetrcParseError as error:  # its text may quote a password
        line = error.lineno
    except (OSError, ValueError):  # no rights, or no UTF-8
        pass
    file = Path("~/.netrc").expanduser()
    if line is not None:
        raise SettingsError(_("{file} cannot be read: line {line}", file=file, line=line), _("correct it"))
    raise SettingsError(_("{file} cannot be read", file=file), _("run: chmod 600 {file}", file=file))


def trusted() -> ssl.SSLContext:
    """TLS that verifies certificates and host names, by the system's authorities or those of ``CA``.

    Raises:
        SettingsError: the file of authorities cannot be read.
    """
    bundle = os.environ.get(CA) or None
    try:
        return ssl.create_default_context(cafile=bundle)
    except ssl.SSLError:
        reason = _("no certificates in it")
    except OSError as error:
        reason = error.strerror or str(error)
    raise SettingsError(
        _("{variable}: cannot read {file}: {reason}", variable=CA, file=bundle, reason=reason),
        _("name a file of certificates in PEM format"),
    )
