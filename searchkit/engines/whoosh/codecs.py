"""The two ways to keep postings: as mapped arrays, or as Whoosh's own codec does; runs are yet to be merged."""

from __future__ import annotations

from pathlib import Path

from searchkit.engines.protocol import ARRAYS, RUN, SegmentInfo
from searchkit.engines.whoosh.arrays import ArraySegmentReader
from searchkit.engines.whoosh.segments import SegmentReader, SegmentWriter


def create_segment(folder: Path, info: SegmentInfo) -> SegmentWriter:
    """Begin a segment with the codec that it names."""
    if info.codec == ARRAYS:
        from searchkit.engines.whoosh.arraywriting import ArraySegmentWriter  # a search does without

        return ArraySegmentWriter(folder, info)
    if info.codec == RUN:
        from searchkit.engines.whoosh.runs import RunWriter  # the same

        return RunWriter(folder, info)
    from searchkit.engines.whoosh.stock import StockSegmentWriter  # half of Whoosh, which few need

    return StockSegmentWriter(folder, info)


def open_segment(folder: Path, info: SegmentInfo) -> SegmentReader:
    """Open a segment with the codec that wrote it."""
    if info.codec == ARRAYS:
        return ArraySegmentReader(folder, info)
    from searchkit.engines.whoosh.stock import StockSegmentReader  # the same

    return StockSegmentReader(folder, info)
