"""``python -m searchkit`` runs the command line."""

import sys

from searchkit.cli import main

if __name__ == "__main__":
    sys.exit(main())
