"""The pages: results, a post, trends, concordance, help, each whole without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from searchkit.errors import DocumentNotFound, QueryError
from searchkit.index import Index
from searchkit.messages import LANGUAGES, _, speaking
from searchkit.serve.pages import help as helping
from searchkit.serve.pages import language
from searchkit.serve.pages.answer import answer
from searchkit.serve.pages.asked import Asked
from searchkit.serve.pages.concordances import concordance
from searchkit.serve.pages.reading import reading
from searchkit.serve.pages.templates import STATIC, environment
from searchkit.serve.pages.trends import queries_of, trends

_YEAR = 365 * 24 * 60 * 60  # seconds that a language is remembered


@dataclass(frozen=True)
class Pages:
    """The pages of an index.

    Args:
        index: what is searched.
        keeps_past: whether a reader's browser keeps what was searched for, to offer it again.
    """

    index: Index
    keeps_past: bool = True

    def routes(self) -> list[BaseRoute]:
        """Their addresses, with those of the style sheet, the script and the picture."""
        pages: dict[str, Callable[[Request], HTMLResponse]] = {
            "/": self._results,
            "/results": self._answer,
            "/post": self._post,
            "/trend": self._trend,
            "/kwic": self._kwic,
            "/help": self._help,
        }
        routes = [Route(path, self._spoken(page), methods=["GET"]) for path, page in pages.items()]
        return [*routes, Mount("/static", StaticFiles(directory=STATIC))]

    def _spoken(self, page: Callable[[Request], HTMLResponse]) -> Callable[[Request], HTMLResponse]:
        """The page in the reader's language, or another one that says what went wrong."""

        def spoken(request: Request) -> HTMLResponse:
            with speaking(_language(request)):
                try:
                    return page(request)
                except DocumentNotFound as error:
                    return self._failure(request, _("There is no such post"), str(error), 404)
                except QueryError as error:
                    return self._failure(request, _("This cannot be searched for"), str(error), 400)

        return spoken

    def _results(self, request: Request) -> HTMLResponse:
        return self._page(request, "search.html", answer(self.index, Asked.of(request.query_params)))

    def _answer(self, request: Request) -> HTMLResponse:
        """The results alone, for the script, which puts them into the page."""
        return self._page(request, "answer.html", answer(self.index, Asked.of(request.query_params)))

    def _post(self, request: Request) -> HTMLResponse:
        parameters = request.query_params
        rank = parameters.get("n", "")
        number = int(rank) if rank.isascii() and rank.isdigit() and len(rank) < 6 else 0
        return self._page(request, "post.html", reading(self.index, Asked.of(parameters), _path_of(request), number))

    def _trend(self, request: Request) -> HTMLResponse:
        parameters = request.query_params
        queries = queries_of(parameters.getlist("q"))
        asked = replace(Asked.of(parameters), q=queries[0] if queries else "", page=1)
        shown = trends(self.index, asked, queries, parameters.get("by", ""), parameters.get("share") == "1")
        return self._page(request, "trend.html", {"asked": asked, **shown})

    def _kwic(self, request: Request) -> HTMLResponse:
        parameters = request.query_params
        shown = concordance(self.index, Asked.of(parameters), parameters.get("order", ""))
        return self._page(request, "kwic.html", shown)

    def _help(self, request: Request) -> HTMLResponse:
        return self._page(
            request, "help.html", {"asked": Asked(), "sections": helping.sections(), "keys": helping.keys()}
        )

    def _failure(self, request: Request, heading: str, message: str, status: int) -> HTMLResponse:
        """A page that says what went wrong."""
        values = {"asked": Asked.of(request.query_params), "heading": heading, "message": message}
        return self._page(request, "failure.html", values, status)

    def _page(self, request: Request, template: str, values: dict[str, Any], status: int = 200) -> HTMLResponse:
        common = {
            "archive": self.index.corpus.name,
            "documents": len(self.index),
            "here": request.url.path,
            "keeps_past": self.keeps_past,
            "kinds": _kinds(),
            "language": _language(request),
            "languages": list(language.NAMES.items()),
            "in_language": lambda tag: _in_language(request, tag),
        }
        text = environment().get_template(template).render({**common, **values})
        response = HTMLResponse(text.encode("utf-8", "replace"), status, {"Vary": "Accept-Language, Cookie"})
        if request.query_params.get("lang") in LANGUAGES:
            response.set_cookie(
                language.COOKIE, request.query_params["lang"], max_age=_YEAR, samesite="lax", httponly=True
            )
        return response


def _language(request: Request) -> str:
    return language.chosen(
        request.query_params.get("lang"),
        request.cookies.get(language.COOKIE),
        request.headers.get("accept-language", ""),
    )


def _in_language(request: Request, tag: str) -> str:
    """The address of the same page in another language."""
    parameters = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return f"{request.url.path}?{urlencode([*parameters, ('lang', tag)], errors='replace')}"


def _path_of(request: Request) -> str:
    """The path of a post, whose name may be bytes that are no UTF-8."""
    values = parse_qs(request.url.query, errors="surrogateescape").get("path", [""])
    return values[0]


def _kinds() -> dict[str, str]:
    """What the kinds of suggestions are called."""
    return {"title": _("title"), "source": _("source"), "tag": _("tag"), "past": _("past search")}
