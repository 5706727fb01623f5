"""Who asks and whom to trust: credentials go to the server only, and only where nobody else reads them."""

from __future__ import annotations

import base64
import copy
import logging
import pickle
import shutil
import ssl
import subprocess
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

import pytest

from searchkit.engines.opensearch.address import Address
from searchkit.engines.opensearch.client.client import Client
from searchkit.engines.opensearch.client.credentials import Credentials
from searchkit.errors import IndexUnreachable, SearchkitError, SettingsError
from tests.opensearch.client.answering import WHOLE, Asked, Reply, Server, answering, refusal
from tests.opensearch.client.test_client_answers import CALLS

USER, PASSWORD, KEY = "reader", "correct-horse:батарея", "c2VjcmV0LWtleQ=="
TOKEN = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
SECRETS = (PASSWORD, "correct-horse", TOKEN, KEY)

Setter = Callable[[pytest.MonkeyPatch], None]


def by_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHKIT_OPENSEARCH_USER", USER)
    monkeypatch.setenv("SEARCHKIT_OPENSEARCH_PASSWORD", PASSWORD)


def by_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHKIT_OPENSEARCH_API_KEY", KEY)


def by_netrc(_monkeypatch: pytest.MonkeyPatch) -> None:
    write_netrc(f"machine 127.0.0.1 login {USER} password {PASSWORD}\nmachine other login x password y\n")


def write_netrc(text: str, mode: int = 0o600) -> None:
    file = Path.home() / ".netrc"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)


@pytest.mark.parametrize(
    ("setter", "header"), [(by_password, f"Basic {TOKEN}"), (by_key, f"ApiKey {KEY}"), (by_netrc, f"Basic {TOKEN}")]
)
def test_credentials_go_to_the_server_with_each_request(
    setter: Setter, header: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    setter(monkeypatch)
    with answering(lambda asked: Reply({"asked": asked.headers["authorization"]})) as server:
        assert Client(server.address()).get("x") == {"asked": header}


def test_the_environment_comes_before_netrc(monkeypatch: pytest.MonkeyPatch) -> None:
    by_netrc(monkeypatch)
    by_key(monkeypatch)
    with answering(lambda asked: Reply({"asked": asked.headers["authorization"]})) as server:
        assert Client(server.address()).get("x") == {"asked": f"ApiKey {KEY}"}


def test_each_host_gets_the_password_that_netrc_has_for_it() -> None:
    write_netrc(f"machine b login u password {PASSWORD}\ndefault login me password everywhere\n")
    address = Address.parse("opensearch+https://a,b/news")
    credentials = Credentials(address)
    assert [dict(credentials.headers(host)) for host in address.hosts] == [
        {}, {"Authorization": f"Basic {base64.b64encode(f'u:{PASSWORD}'.encode()).decode()}"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"USER": "reader"}, "SEARCHKIT_OPENSEARCH_PASSWORD is not set; set both, or neither"),
        ({"PASSWORD": PASSWORD}, "SEARCHKIT_OPENSEARCH_USER is not set"),
        ({"USER": "reader", "PASSWORD": PASSWORD, "API_KEY": KEY}, "both an API key and a password; unset"),
        ({"USER": "a:b", "PASSWORD": PASSWORD}, "has no colon; check SEARCHKIT_OPENSEARCH_USER"),
        ({"API_KEY": KEY + "\r\nX-Injected: 1"}, "SEARCHKIT_OPENSEARCH_API_KEY holds what cannot be sent"),
        ({"API_KEY": KEY + " "}, "holds what cannot be sent"),
        ({"API_KEY": "密钥"}, "holds what cannot be sent"),
    ],
)
def test_half_of_the_credentials_is_an_error(
    variables: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"SEARCHKIT_OPENSEARCH_{name}", value)
    with pytest.raises(SettingsError, match=said) as caught:
        Client(Address.parse("opensearch+http://127.0.0.1/news")).get("x")
    assert leaks(texts(caught.value), in_frames(caught.value)) == []


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [
        (f"machine a login b password {PASSWORD}\n{PASSWORD}\n", 0o600, r"\.netrc cannot be read: line \d; correct"),
        (f"machine a login b password {PASSWORD}\n", 0o644, r"\.netrc cannot be read; run: chmod 600 "),
    ],
)
def test_a_netrc_that_cannot_be_read_is_an_error_that_quotes_nothing(text: str, mode: int, said: str) -> None:
    write_netrc(text, mode)
    with pytest.raises(SettingsError, match=said) as caught:
        Client(Address.parse("opensearch+http://127.0.0.1/news")).get("x")
    assert leaks(texts(caught.value), in_frames(caught.value)) == []


def test_a_password_is_not_sent_in_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    """0.0.0.0 reaches this machine, but does not say so."""
    by_password(monkeypatch)
    with answering(lambda _asked: Reply({})) as server:
        with pytest.raises(SettingsError, match=r"would go to 0.0.0.0:\d+ in clear; use opensearch\+https://; in a ne"):
            Client(server.address(host="0.0.0.0")).get("x")
        assert server.asked == []
        monkeypatch.setenv("SEARCHKIT_OPENSEARCH_INSECURE", "1")
        Client(server.address(host="0.0.0.0")).get("x")
        Client(server.address()).get("x")
    assert len(server.asked) == 2


@pytest.mark.parametrize("setter", [by_password, by_key, by_netrc])
@pytest.mark.parametrize("call", CALLS)
def test_no_error_of_any_call_shows_a_secret(
    setter: Setter, call: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even where a server repeats what it was sent, nor in the variables of a traceback."""
    caplog.set_level(logging.DEBUG)
    setter(monkeypatch)
    with answering(REPEATING[0]) as server:
        for server.answer in REPEATING + FAILING:
            client = Client(server.address())
            error = raised(lambda client=client: CALLS[call](client))
            assert leaks(texts(error), shown(client)) == []
            assert server.answer in REPEATING or leaks(in_frames(error)) == []
            assert "authorization" in server.asked[-1].headers
    assert leaks(caplog.text) == []


def raised(do: Callable[[], object]) -> SearchkitError | None:
    try:
        do()
    except SearchkitError as error:
        return error
    return None


def test_a_client_that_is_stopped_shows_no_secret_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    by_password(monkeypatch)

    def stop(*_args: object, **_more: object) -> None:
        raise KeyboardInterrupt

    client = Client(Address.parse("opensearch+http://127.0.0.1/news"))
    monkeypatch.setattr("urllib3.connectionpool.HTTPConnectionPool.urlopen", stop)
    with pytest.raises(KeyboardInterrupt) as caught:
        client.get("x")
    assert leaks(texts(caught.value), in_frames(caught.value), shown(client)) == []


def echo(asked: Asked) -> str:
    header = asked.headers.get("authorization", "")
    word = header.partition(" ")[2]
    return f"{header} {base64.b64decode(word).decode()}"


REPEATING: list[Callable[[Asked], Reply]] = [
    lambda asked: refusal(400, "parsing_exception", echo(asked)),
    lambda asked: refusal(400, echo(asked), "", caused_by={"type": "x", "reason": echo(asked)}),
    lambda asked: refusal(403, "security_exception", f"no permissions for [indices:{echo(asked)}]"),
    lambda asked: refusal(503, "x", echo(asked)),
    lambda asked: Reply(echo(asked).encode()),
    lambda asked: Reply(echo(asked).encode(), 401),
    lambda asked: Reply({}, 302, {"Location": f"http://x/{asked.headers['authorization']}"}),
    lambda asked: Reply({"timed_out": False, "responses": [], "items": [], "errors": True, "_shards": {
        "total": echo(asked), "failures": [{"reason": {"type": "x", "reason": echo(asked)}}]}}),
    lambda asked: Reply({"errors": True, "items": [{"create": {"status": 400, "error": echo(asked)}}],
                         "responses": [{"error": echo(asked), "status": 400}]}),
    lambda asked: refusal(400, "x", "." * 290 + echo(asked)),
    lambda asked: refusal(400, "x", "." * 1990 + echo(asked)),
    lambda asked: Reply(b"." * 75 + echo(asked).encode()),
]  # fmt: skip

FAILING: list[Callable[[Asked], Reply]] = [
    lambda _asked: Reply(raw=b""),
    lambda _asked: Reply(raw=b"x\r\n\r\n"),
    lambda _asked: Reply(b"<html>"),
    lambda _asked: Reply({}, 302, {"Location": "/"}),
    lambda _asked: refusal(400, "parsing_exception", "no"),
    lambda _asked: refusal(429, "rejected_execution_exception", "no"),
    lambda _asked: refusal(503, "x", "no"),
]


def texts(error: BaseException | None) -> str:
    """All that an error says, and what becomes of it in another process."""
    return repr((error, str(error), getattr(error, "__dict__", None), pickle.dumps(error).decode("latin-1")))


def in_frames(error: BaseException | None) -> str:
    """What a traceback shows with the variables of each frame but the test's."""
    parts = []
    seen = error
    while seen is not None:
        inner: TracebackType | None = seen.__traceback__.tb_next if seen.__traceback__ else None
        report = traceback.TracebackException(type(seen), seen, inner, capture_locals=True)
        parts += report.format(chain=False)
        seen = seen.__cause__ or seen.__context__
    return "\n".join(parts)


def shown(client: Client) -> str:
    """All that a client shows of itself."""
    parts: list[object] = [client, vars(client), vars(copy.copy(client)), pickle.dumps(client), client.address]
    calls = client._calls
    if calls is not None:
        transport = calls._transport
        parts += [calls, vars(calls), transport, vars(transport), transport.credentials, vars(transport.credentials)]
    return "\n".join(f"{part!r} {part!s}" for part in parts)


def leaks(*texts: str) -> list[str]:
    return [secret for secret in SECRETS for text in texts if secret in text]


def test_this_test_would_see_a_secret() -> None:
    def leak() -> None:
        secret = {"Authorization": TOKEN}
        raise ValueError(len(secret))

    with pytest.raises(ValueError, match="1") as caught:
        leak()
    assert leaks(texts(caught.value), in_frames(caught.value)) == [TOKEN]


def test_a_secret_is_not_pickled(monkeypatch: pytest.MonkeyPatch) -> None:
    by_password(monkeypatch)
    address = Address.parse("opensearch+http://127.0.0.1/news")
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(Credentials(address).headers(address.hosts[0]))


# --- TLS ---


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority ``ca.pem``, and with servers that it has signed: ``good`` and ``other``."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs openssl to make certificates")
    folder = tmp_path_factory.mktemp("tls")
    new = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "basicConstraints=critical,CA:FALSE"]
    for name, more in {
        "ca": ["-addext", "keyUsage=critical,keyCertSign"],
        "good": [*signed, "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"],
        "other": [*signed, "-addext", "subjectAltName=DNS:search.example.org"],
    }.items():
        files = ["-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.pem"]
        subprocess.run([*new, *files, *more], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def serve_tls(authority: Path) -> Iterator[Callable[[str], Server]]:
    with ExitStack() as stack:

        def serve(name: str) -> Server:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(authority / f"{name}.pem", authority / f"{name}.key")
            return stack.enter_context(answering(lambda _asked: Reply(WHOLE), tls=context))

        yield serve


def test_a_certificate_of_ones_own_authority_is_trusted(
    authority: Path, serve_tls: Callable[[str], Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    by_password(monkeypatch)
    monkeypatch.setenv("SEARCHKIT_OPENSEARCH_CA", str(authority / "ca.pem"))
    server = serve_tls("good")
    client = Client(server.address("https"))
    assert [client.search("news", {}), client.get("x")] == [WHOLE, WHOLE]
    assert len({asked.port for asked in server.asked}) == 1
    assert server.asked[0].headers["authorization"] == f"Basic {TOKEN}"


@pytest.mark.parametrize(
    ("served", "trusted", "said"),
    [
        ("good", None, "is not to be trusted: .*certificate.*; set SEARCHKIT_OPENSEARCH_CA to a file"),
        ("other", "ca.pem", "is not to be trusted: .*IP address mismatch"),
        ("good", "other.pem", "is not to be trusted"),
    ],
)
def test_no_other_certificate_is(
    served: str,
    trusted: str | None,
    said: str,
    authority: Path,
    serve_tls: Callable[[str], Server],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    by_password(monkeypatch)
    monkeypatch.setenv("SEARCHKIT_OPENSEARCH_INSECURE", "1")  # which is about plain HTTP only
    if trusted:
        monkeypatch.setenv("SEARCHKIT_OPENSEARCH_CA", str(authority / trusted))
    server = serve_tls(served)
    with pytest.raises(IndexUnreachable, match=said) as caught:
        Client(server.address("https")).get("x")
    assert server.asked == []
    assert leaks(texts(caught.value), in_frames(caught.value)) == []


def test_an_authority_that_cannot_be_read_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = tmp_path / "empty.pem"
    empty.touch()
    for file, said in {empty: "no certificates in it", tmp_path / "none.pem": "No such file"}.items():
        monkeypatch.setenv("SEARCHKIT_OPENSEARCH_CA", str(file))
        with pytest.raises(SettingsError, match=f"SEARCHKIT_OPENSEARCH_CA: cannot read {file}: {said}"):
            Client(Address.parse("opensearch+https://127.0.0.1/news")).get("x")


def test_the_wrong_scheme_is_told(serve_tls: Callable[[str], Server]) -> None:
    with pytest.raises(IndexUnreachable, match=r"If it speaks TLS, write opensearch\+https://"):
        Client(serve_tls("good").address("http")).get("x")
    said = r"no TLS with .*; if it speaks plain HTTP, write opensearch\+http://"
    with answering(lambda _asked: Reply({})) as server, pytest.raises(IndexUnreachable, match=said):
        Client(server.address("https")).get("x")
