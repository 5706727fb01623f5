"""Run one query of one peer in this process.

    python -m benchmarks.oneshot PEER FOLDER WORD
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.peers import peer_class
from benchmarks.peers.protocol import RARE, Query

if __name__ == "__main__":
    name, folder, word = sys.argv[1:]
    peer = peer_class(name)(Path(folder))
    peer.open()
    answer = peer.search(Query(RARE, (word,)), 10)
    print(answer.total, *answer.titles, sep="\n")
