"""bm25s: words without positions. It supports neither phrases nor AND nor additions to an index."""

from __future__ import annotations

from collections.abc import Sequence

import bm25s
import numpy as np
import rjieba
from bm25s.selection import topk

from benchmarks.extracted import Extracted
from benchmarks.peers import protocol, words
from benchmarks.peers.protocol import Answer, Peer, Query


class Bm25sWords(Peer):
    kinds = (protocol.COMMON, protocol.RARE, protocol.QUESTION, protocol.DATES)
    grows = False

    def build(self, posts: Sequence[Extracted], jobs: int) -> None:
        retriever = bm25s.BM25()
        retriever.index([rjieba.cut(f"{post.title}\n{post.body}") for post in posts], show_progress=False)
        stored = [{"path": post.path, "title": post.title, "body": post.body} for post in posts]
        retriever.save(self.folder, corpus=stored, show_progress=False)
        np.save(self.folder / "dates.npy", np.array([post.date for post in posts], np.int64))

    def open(self) -> None:
        self._retriever = bm25s.BM25.load(self.folder, load_corpus=True, mmap=True, show_progress=False)
        self._dates = np.load(self.folder / "dates.npy", mmap_mode="r")

    def search(self, query: Query, limit: int) -> Answer:
        ids = self._retriever.get_tokens_ids(words.query_words(query))
        if not ids:
            return Answer([], 0)
        mask = None
        if query.kind == protocol.DATES:
            mask = (self._dates >= query.since) & (self._dates <= query.until)
        scores = self._retriever.get_scores_from_ids(ids, weight_mask=mask)
        best, numbers = topk(scores, min(limit, len(scores)))
        stored = self._retriever.corpus
        titles = [stored[int(number)]["title"] for number, score in zip(numbers, best, strict=True) if score > 0]
        return Answer(titles, int(np.count_nonzero(scores)))
