"""Evaluation runs: every query of a collection through the public search."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from searchkit.errors import CollectionError, DocumentNotFound, QueryError
from searchkit.evaluation.collection import CORPUS, Collection, read_collection, read_documents
from searchkit.evaluation.measures import DEPTH, METHOD, check_installed, measure_run
from searchkit.evaluation.report import Evaluation
from searchkit.index import Index
from searchkit.messages import _
from searchkit.paths import expanded

EvaluationProgress = Callable[[str, int, int], None]
"""Called with a unit (``documents`` or ``queries``), how many are done, and the total number."""


def evaluate(
    task: str | os.PathLike[str],
    *,
    index: str | os.PathLike[str] | None = None,
    extra: str | os.PathLike[str] | None = None,
    limit: int = DEPTH,
    progress: EvaluationProgress | None = None,
) -> Evaluation:
    """Run every query of a test collection, and measure how well the relevant documents are ranked.

    Args:
        task: a folder with ``queries.tsv``, ``qrels.txt`` and ``corpus.jsonl``. Without ``corpus.jsonl``, the document
            ids are paths of posts in an index.
        index: the index of those posts, by default ``index``; if given, ``corpus.jsonl`` is ignored.
        extra: another file of documents to index with ``corpus.jsonl``, such as many irrelevant ones.
        limit: the number of documents per query in the run, at least 10.
        progress: called while documents are indexed and queries are run.

    Returns:
        The measures, each a mean over the judged queries, and the run.

    Raises:
        CollectionError: a file is missing or invalid; the message names the file and the line.
        IndexNotFound, IndexOutdated, IndexCorrupt: the index of posts cannot be opened.
        QueryError: ``limit`` is less than 10.
        MissingDependency: pytrec-eval-terrier is not installed.

    >>> evaluate("drcd-dev").measures["MRR@10"]  # doctest: +SKIP
    Estimate(mean=0.974, low=0.969, high=0.979)
    """
    check_installed()
    if limit < DEPTH:
        raise QueryError(_("limit must be at least {depth}, the depth of the measures", depth=DEPTH))
    collection = read_collection(expanded(task))
    report = progress or (lambda unit, done, total: None)
    began = time.perf_counter()
    with _index_of(collection, index, extra, partial(report, "documents")) as opened:
        indexed = time.perf_counter()
        run = dict(_search(opened, collection.queries, limit, partial(report, "queries")))
        searched = time.perf_counter()
        documents = len(opened)
    return Evaluation(
        task=collection.folder.absolute().name,
        documents=documents,
        judged=len({judgement.query for judgement in collection.judgements}),
        measures=measure_run(collection, run),
        method=METHOD,
        run=run,
        indexing_seconds=indexed - began,
        searching_seconds=searched - indexed,
    )


@contextlib.contextmanager
def _index_of(
    collection: Collection,
    folder: str | os.PathLike[str] | None,
    extra: str | os.PathLike[str] | None,
    report: Callable[[int, int], None],
) -> Iterator[Index]:
    """Open a temporary index of the documents of the collection, or an index of posts."""
    corpus = collection.folder / CORPUS
    if folder is None and corpus.exists():
        from searchkit.temporary import temporary_index  # multiprocessing; not for an existing index

        documents = read_documents(corpus, *([] if extra is None else [expanded(extra)]))
        paths = {document.path for document in documents}
        for judgement in collection.judgements:
            if judgement.document not in paths:
                raise collection.error(judgement, f"no document {judgement.document!r} in {CORPUS}")
        with temporary_index(documents, progress=report) as index:
            yield index
        return
    if extra is not None:
        raise CollectionError(
            _("cannot add {extra} to an index of posts", extra=extra), _("use it with a {corpus}", corpus=CORPUS)
        )
    with Index("index" if folder is None else folder) as index:
        for judgement in collection.judgements:
            try:
                index.document(judgement.document)
            except DocumentNotFound as error:
                raise collection.error(judgement, error.message, error.hint) from None
        yield index


def _search(
    index: Index, queries: Mapping[str, str], limit: int, report: Callable[[int, int], None]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Run each query; its documents, best first. Posts with the same text are consecutive."""
    for done, (query_id, query) in enumerate(queries.items()):
        report(done, len(queries))
        hits = index.search(query, limit=limit, snippet_chars=0)
        yield query_id, tuple(path for hit in hits for path in (hit.path, *hit.also))[:limit]
    report(len(queries), len(queries))
