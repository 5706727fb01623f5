"""Full-text search for a folder of Chinese posts.

>>> import searchkit
>>> report = searchkit.rebuild("corpus", "index")  # doctest: +SKIP
>>> with searchkit.open("index") as index:  # doctest: +SKIP
...     results = index.search("香港 通关", limit=10)

The names of this module are imported on first access, so that ``searchkit --help`` does not import what an index needs.
Nothing is imported before: the command line runs this module before it can say what Ctrl-C does.
"""

TYPE_CHECKING = False  # as of typing, which takes 5 ms

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from searchkit.analysis.collocation import Collocate, Collocates
    from searchkit.analysis.concordance import Concordance, ConcordanceLine
    from searchkit.analysis.counts import Counts, Trend, TrendPeriod
    from searchkit.analysis.keyness import Keyword, Keywords
    from searchkit.analysis.similarity import Differences, Similar, SimilarPost
    from searchkit.building import check, rebuild
    from searchkit.errors import (
        CollectionError,
        CorpusEmpty,
        CorpusError,
        CorpusNotFound,
        DocumentNotFound,
        IndexBusy,
        IndexCorrupt,
        IndexFailure,
        IndexNotFound,
        IndexNotWritten,
        IndexOutdated,
        IndexUnreachable,
        MissingDependency,
        PostError,
        QueryError,
        SearchkitError,
        SettingsError,
    )
    from searchkit.evaluation import evaluate
    from searchkit.evaluation.report import Estimate, Evaluation
    from searchkit.explanation import Explanation, Reason
    from searchkit.index import Index
    from searchkit.index import Index as open  # noqa: A004, N813 - for searchkit.open("index")
    from searchkit.initializing import initialize
    from searchkit.language import analyze
    from searchkit.model import Analysis, Document, Hit, Reading, Results, Selection, Snippet, Token
    from searchkit.reports import InitReport, PostProblem, Problem, RebuildReport, SiteReport, Status
    from searchkit.settings.archive import Settings, find_settings
    from searchkit.settings.searches import expand
    from searchkit.suggestion import Suggestion

__version__ = "0.1.0"

__all__ = [
    "Analysis",
    "CollectionError",
    "Collocate",
    "Collocates",
    "Concordance",
    "ConcordanceLine",
    "CorpusEmpty",
    "CorpusError",
    "CorpusNotFound",
    "Counts",
    "Differences",
    "Document",
    "DocumentNotFound",
    "Estimate",
    "Evaluation",
    "Explanation",
    "Hit",
    "Index",
    "IndexBusy",
    "IndexCorrupt",
    "IndexFailure",
    "IndexNotFound",
    "IndexNotWritten",
    "IndexOutdated",
    "IndexUnreachable",
    "InitReport",
    "Keyword",
    "Keywords",
    "MissingDependency",
    "PostError",
    "PostProblem",
    "Problem",
    "QueryError",
    "Reading",
    "Reason",
    "RebuildReport",
    "Results",
    "SearchkitError",
    "Selection",
    "Settings",
    "SettingsError",
    "Similar",
    "SimilarPost",
    "SiteReport",
    "Snippet",
    "Status",
    "Suggestion",
    "Token",
    "Trend",
    "TrendPeriod",
    "analyze",
    "check",
    "evaluate",
    "expand",
    "find_settings",
    "initialize",
    "open",
    "rebuild",
]

_ERRORS = "searchkit.errors"
_MODEL = "searchkit.model"
_REPORTS = "searchkit.reports"
_HOMES = {
    "Collocate": "searchkit.analysis.collocation",
    "Collocates": "searchkit.analysis.collocation",
    "Concordance": "searchkit.analysis.concordance",
    "ConcordanceLine": "searchkit.analysis.concordance",
    "Counts": "searchkit.analysis.counts",
    "Differences": "searchkit.analysis.similarity",
    "Keyword": "searchkit.analysis.keyness",
    "Keywords": "searchkit.analysis.keyness",
    "Similar": "searchkit.analysis.similarity",
    "SimilarPost": "searchkit.analysis.similarity",
    "Trend": "searchkit.analysis.counts",
    "TrendPeriod": "searchkit.analysis.counts",
    "CollectionError": _ERRORS,
    "CorpusEmpty": _ERRORS,
    "CorpusError": _ERRORS,
    "CorpusNotFound": _ERRORS,
    "DocumentNotFound": _ERRORS,
    "IndexBusy": _ERRORS,
    "IndexCorrupt": _ERRORS,
    "IndexFailure": _ERRORS,
    "IndexNotFound": _ERRORS,
    "IndexNotWritten": _ERRORS,
    "IndexOutdated": _ERRORS,
    "IndexUnreachable": _ERRORS,
    "MissingDependency": _ERRORS,
    "PostError": _ERRORS,
    "QueryError": _ERRORS,
    "SearchkitError": _ERRORS,
    "SettingsError": _ERRORS,
    "Analysis": _MODEL,
    "Document": _MODEL,
    "Estimate": "searchkit.evaluation.report",
    "Evaluation": "searchkit.evaluation.report",
    "Explanation": "searchkit.explanation",
    "Hit": _MODEL,
    "InitReport": _REPORTS,
    "PostProblem": _REPORTS,
    "Problem": _REPORTS,
    "Reading": _MODEL,
    "Results": _MODEL,
    "Reason": "searchkit.explanation",
    "RebuildReport": _REPORTS,
    "Selection": _MODEL,
    "Settings": "searchkit.settings.archive",
    "expand": "searchkit.settings.searches",
    "SiteReport": _REPORTS,
    "Snippet": _MODEL,
    "Status": _REPORTS,
    "Suggestion": "searchkit.suggestion",
    "Token": _MODEL,
    "analyze": "searchkit.language",
    "evaluate": "searchkit.evaluation",
    "find_settings": "searchkit.settings.archive",
    "initialize": "searchkit.initializing",
    "Index": "searchkit.index",
    "check": "searchkit.building",
    "open": "searchkit.index",
    "rebuild": "searchkit.building",
}


def __getattr__(name: str) -> "Any":
    if name not in _HOMES:
        raise AttributeError(f"module 'searchkit' has no attribute {name!r}")
    from importlib import import_module  # nothing before somebody asks

    value = getattr(import_module(_HOMES[name]), "Index" if name == "open" else name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])


def notebook_html(shown: "Any") -> str | None:
    """What a notebook shows of a table or a result; None for what is drawn as text."""
    from searchkit.render.notebook import html  # only notebooks render data as HTML

    return html(shown)


def chart_of(table: "Any") -> "Any":
    """The Altair chart of a table that has one."""
    from searchkit.render.charts import chart  # only notebooks draw charts

    return chart(table)


def read_bodies(index: str, paths: "Sequence[str]") -> list[str | None]:
    """The bodies of posts of an index; None for one that it no longer has."""
    from searchkit.searching.bodies import bodies  # only data frames have whole bodies

    return bodies(index, paths)
