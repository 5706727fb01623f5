"""Addresses of indexes: what they say, and what they must not hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.engines.opensearch.address import Address, Host
from searchkit.errors import SearchkitError, SettingsError

SECRET = "hunter2-secret"


@pytest.mark.parametrize(
    ("text", "scheme", "hosts", "index"),
    [
        ("opensearch+http://127.0.0.1:9200/news", "http", ["127.0.0.1:9200"], "news"),
        ("opensearch+https://search.example.org/news", "https", ["search.example.org:9200"], "news"),
        ("OpenSearch+HTTPS://Search.Example.org:443/news/", "https", ["search.example.org:443"], "news"),
        ("opensearch+http://[::1]:9201/posts-2", "http", ["[::1]:9201"], "posts-2"),
        ("opensearch+http://[0:0::1]/a", "http", ["[::1]:9200"], "a"),
        ("opensearch+http://a:9200,b:9201,c/news", "http", ["a:9200", "b:9201", "c:9200"], "news"),
        ("opensearch+http://a,A:9200/news", "http", ["a:9200"], "news"),
        ("opensearch+http://a/新闻", "http", ["a:9200"], "新闻"),
        ("opensearch+http://a/my.news_2", "http", ["a:9200"], "my.news_2"),
    ],
)
def test_what_an_address_says(text: str, scheme: str, hosts: list[str], index: str) -> None:
    address = Address.parse(text)
    assert (address.scheme, [str(host) for host in address.hosts], address.index) == (scheme, hosts, index)
    assert str(address) == f"opensearch+{scheme}://{','.join(hosts)}/{index}"
    assert Address.parse(str(address)) == address


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"opensearch+https://user:{SECRET}@host/news", "holds no user or password; set SEARCHKIT_OPENSEARCH_USER"),
        (f"opensearch+https://{SECRET}@host:9200/news", "holds no user or password"),
        (f"opensearch+https://user:{SECRET}/x@host/news", "holds no user or password"),
        (f"opensearch+https://user:{SECRET}#@host/news", "holds no user or password"),
        (f"opensearch+https://user:{SECRET}/news", "port .* from 1 to 65535"),
        (f"opensearch+https://host/news?api_key={SECRET}", "and nothing else"),
        (f"opensearch+https://host/news#{SECRET}", "and nothing else"),
        ("opensearch+https://host/a/b", "and nothing else"),
        ("opensearch+https://host", "and nothing else"),
        ("opensearch://host/news", "and nothing else"),
        ("https://host/news", "and nothing else"),
        ("opensearch+ftp://host/news", "and nothing else"),
        (" opensearch+http://host/news", "and nothing else"),
        ("opensearch+http://host/news\n", "no name of an index"),
        ("opensearch+http://host/", "names no index"),
        ("opensearch+http:///news", "names its hosts"),
        ("opensearch+http://a,,b/news", "names its hosts"),
        ("opensearch+http://a b/news", "names its hosts"),
        ("opensearch+http://主机/news", "names its hosts"),
        ("opensearch+http://::1/news", "names its hosts"),
        ("opensearch+http://[::1/news", "names its hosts"),
        ("opensearch+http://[::g]/news", "names its hosts"),
        ("opensearch+http://[1.2.3.4]/news", "IPv6"),
        ("opensearch+http://[:::]/news", "IPv6"),
        *((f"opensearch+http://a:{port}/news", "port") for port in ("", "0", "65536", "-1", "9200x", "９２００", "+9")),
        *(
            (f"opensearch+http://a/{name}", "no name of an index")
            for name in (
                "_all", "*", "new*", "a,b", "-news", "+news", ".news", "..", "_x", "a b", "a:b", "a|b", "<news-{now}>",
                'a"b', "a\\b", "a%20b", "a\u3000b", "a\x00b", "a\udcffb", "a\x85b", "a\u2028b",
            )
        ),
        ("opensearch+http://a/News", "lower case: 'News'"),
        ("opensearch+http://a/é́É", "lower case"),
        (f"opensearch+http://a/{'n' * 201}", "at most 200 bytes"),
        (f"opensearch+http://a/{'新' * 67}", "at most 200 bytes"),
        ("opensearch+http://a/news-lock", "name that a rebuild gives"),
        ("opensearch+http://a/news-000007-0123abcd", "name that a rebuild gives"),
        ("opensearch+http://a/news-000007-0123abcd-kept", "name that a rebuild gives"),
    ],
)  # fmt: skip
def test_what_is_no_address_says_why_and_quotes_no_password(text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as caught:
        Address.parse(text)
    assert SECRET not in str(caught.value)


@given(st.one_of(st.text(), st.from_regex(r"opensearch\+https?://[^/]{1,9}/.{1,9}", fullmatch=True)))
def test_any_text_is_an_address_that_can_be_read_back_or_an_error(text: str) -> None:
    try:
        address = Address.parse(text)
    except SearchkitError:
        return
    assert Address.parse(str(address)) == address


@pytest.mark.parametrize(
    ("name", "loopback"),
    [
        ("127.0.0.1", True), ("127.8.9.1", True), ("::1", True), ("localhost", True), ("::ffff:127.0.0.1", True),
        ("127.0.0.1.example.org", False), ("localhost.example.org", False), ("10.0.0.1", False), ("0.0.0.0", False),
        ("::", False), ("127.1", False),
    ],
)  # fmt: skip
def test_which_hosts_are_this_machine(name: str, loopback: bool) -> None:
    assert Host(name).is_loopback == loopback
