"""``searchkit serve``: the index as a page in the browser, and as JSON for programs."""

from __future__ import annotations

import argparse

from searchkit.cli import streams
from searchkit.cli.command import Command
from searchkit.cli.commands import FOUND
from searchkit.cli.options import add_history, add_index, keeps_history, port
from searchkit.cli.precedence import complete, settled_searches
from searchkit.errors import MissingDependency
from searchkit.messages import N_, _

_LOCAL = "127.0.0.1"

_EXAMPLES = N_("""\
  searchkit serve                                  at http://127.0.0.1:8000/
  searchkit serve --open                           and open the browser
  searchkit serve --port 0                         any port that is free
  searchkit serve --host 0.0.0.0                   for others, with a token
""")


def run(arguments: argparse.Namespace) -> int:
    """Serve the index until Ctrl-C."""
    from searchkit.index import Index

    try:
        from searchkit.serve import server
        from searchkit.serve.app import create_app
    except ModuleNotFoundError as error:
        raise MissingDependency(
            _("{name} is not installed", name=error.name), _("run: pip install 'searchkit[serve]'")
        ) from None
    complete(arguments)
    with Index(arguments.index, settled_searches(arguments)) as index:
        place = server.listen(arguments.host, arguments.port)
        app = create_app(index, place.access, keeps_past=keeps_history(arguments))
        streams.write(place.address + "\n" + _("Ctrl-C ends it") + "\n")
        if arguments.open:
            import webbrowser

            webbrowser.open(place.address)
        server.run(app, place)
    return FOUND


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_index(parser)
    parser.add_argument(
        "--port", type=port, default=8000, metavar="N", help=_("default: 8000; 0 takes any that is free")
    )
    parser.add_argument(
        "--host",
        default=_LOCAL,
        metavar="ADDRESS",
        help=_("where to listen (default: 127.0.0.1, this computer alone); any other takes a token"),
    )
    add_history(parser)
    parser.add_argument("--open", action="store_true", help=_("open the page in the browser"))


COMMAND = Command(run, _add_arguments, _EXAMPLES)
