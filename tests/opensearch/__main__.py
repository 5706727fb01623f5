"""A cluster to try things on: ``PYTHONPATH=tests python -m opensearch [--nodes N] [COMMAND]``.

It runs a shell's command with the address of an index in SEARCHKIT_ENGINE. Without a command it stands until Ctrl-C.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from opensearch.cluster import CannotRun, start


def main() -> int | str:
    parser = argparse.ArgumentParser(prog="python -m opensearch", description=__doc__)
    parser.add_argument("--nodes", type=int, default=1, help="how many nodes (1)")
    parser.add_argument("command", nargs="?", help="for sh, with SEARCHKIT_ENGINE")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="opensearch-", ignore_cleanup_errors=True) as folder:
        print("starting OpenSearch; the first time, Maven fetches it", flush=True)
        try:
            cluster = start(Path(folder), options.nodes)
        except CannotRun as error:
            return f"OpenSearch cannot run here: {error}"
        with cluster:
            address = cluster.address("demo")
            print(f"SEARCHKIT_ENGINE={address}", flush=True)
            if options.command is None:
                signal.pause()
            environment = os.environ | {"SEARCHKIT_ENGINE": address}
            return subprocess.run(options.command, shell=True, env=environment).returncode


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
