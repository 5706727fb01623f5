"""Here is a command line: what does it ask for? Options, their types, their help."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from searchkit import __version__
from searchkit.cli.words import UsageError, file_name, readable, sort_out

if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction["_Parser"]  # its class is private, but its users annotate it so

DEFAULT_CORPUS = "corpus"
DEFAULT_INDEX = "index"

_COMMANDS_INDENT = 4

_ABOUT = "Full-text search for a folder of Chinese posts (Jekyll: .md, .markdown, .html)."

_EXIT_CODES = """\
exit codes:
  0 found or done, 1 nothing found, 2 an error

environment:
  NO_COLOR, FORCE_COLOR   no colours, or colours in a pipe as well
  FORCE_HYPERLINK         1: links, 0: none; else where the terminal shows them
  PAGER                   what show pages with; less by default
  SEARCHKIT_DEBUG         1: errors come with their traceback
"""

_JUDGED = """\
files in TASK_DIR:
  queries.tsv    identifier, tab, query
  qrels.txt      query's identifier, 0, document's id, relevance (1 or 0)
  corpus.jsonl   a document a line: {"id": …, "title": …, "date": …,
                 "source": …, "body": …}. Without it each document's id is
                 the path of a post, as search --format paths prints it: so
                 keep queries of your own beside your posts, and see what a
                 change does to them.
"""

EXAMPLES = {
    "": """\
  searchkit rebuild-index                          index the posts of ./corpus
  searchkit search 香港 通关                       find posts with both words
  searchkit show 1                                 read the first of them
""",
    "rebuild-index": """\
  searchkit rebuild-index                          only what changed
  searchkit rebuild-index --dry-run                only say what would change
  searchkit rebuild-index --full --jobs 2          everything anew, 2 processes
  searchkit rebuild-index --corpus corpus --index index --format json
""",
    "search": """\
  searchkit search 香港 通关                       both words, in either script
  searchkit search '"人工智能"'                    this phrase exactly
  searchkit search 香港 -通关                      the first, not the second
  searchkit search title:香港                      in the title
  searchkit search 香港 --sort newest --since 2021-11-01 -n 20
  searchkit search 香港 --source 維港漫遊 --count  only the number
  searchkit search 香港 --recency 1y               newer posts higher
  searchkit search 香港 通关 --explain             why these, in this order
  searchkit search 香港 --facets source,year       posts by source and year
  searchkit search 香港 --format paths             file names, a line each
""",
    "show": """\
  searchkit show 1                                 the first of the last search
  searchkit show 1 --format json                   all that is stored of it
""",
    "status": """\
  searchkit status                                 size, age, what changed since
""",
    "analyze": """\
  searchkit analyze 香港力爭年底前與大陸「小通關」
""",
    "eval": """\
  searchkit eval drcd-dev                          index, search, measure
  searchkit eval drcd-dev --extra noise.jsonl      among 20,000 more documents
  searchkit eval my-queries --index index --run before.run   your own posts
""",
    "completion": """\
  searchkit completion bash > ~/.local/share/bash-completion/completions/searchkit
  searchkit completion zsh > ~/.zfunc/_searchkit
""",
}


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments as they are meant; ``run`` names the command's function.

    Raises:
        UsageError: they mean nothing.
        SystemExit: help or the version was asked for, and printed.
    """
    parser, commands = build_parser()
    command = commands.get(argv[0]) if argv else None
    if command is None:
        return _without_command(parser, commands, argv)
    # each command's parser is asked directly: through the main one, argparse would look for options among the words
    options = command._option_string_actions  # the one place where argparse keeps them by name
    arguments = command.parse_args(
        sort_out(argv[1:], options, command.prog, queries=bool(command.get_default("queries")))
    )
    return _meant(arguments)


def build_parser() -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    """The whole command line, and the parser of each command."""
    parser = _Parser(prog="searchkit", description=_ABOUT, examples="", more=_EXIT_CODES)
    parser.add_argument("--version", action="version", version=f"searchkit {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    return parser, {
        "rebuild-index": _add_rebuild(commands),
        "search": _add_search(commands),
        "show": _add_show(commands),
        "status": _add_status(commands),
        "analyze": _add_analyze(commands),
        "eval": _add_eval(commands),
        "completion": _add_completion(commands),
    }


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Each command with its help on one line: argparse forgets that commands stand further in than options."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28)

    def add_argument(self, action: argparse.Action) -> None:
        super().add_argument(action)
        for command in action._get_subactions() if isinstance(action, argparse._SubParsersAction) else ():
            self._action_max_length = max(self._action_max_length, len(command.dest) + _COMMANDS_INDENT)


class _Parser(argparse.ArgumentParser):
    """A parser with examples below its help, and with errors as searchkit tells them."""

    def __init__(self, *, examples: str, more: str = "", **settings: Any) -> None:
        super().__init__(
            epilog=f"examples:\n{EXAMPLES[examples]}" + (f"\n{more}" if more else ""),
            formatter_class=_Formatter,
            allow_abbrev=False,
            **settings,
        )

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, f"run: {self.prog} --help")


def _add(commands: _Commands, name: str, text: str, *, more: str = "", **defaults: Any) -> _Parser:
    about = f"{text[0].upper()}{text[1:]}."
    parser = commands.add_parser(
        name, help=text, prog=f"searchkit {name}", description=about, examples=name, more=more
    )
    parser.set_defaults(run=name.replace("-", "_"), **defaults)
    return parser


def _add_rebuild(commands: _Commands) -> _Parser:
    parser = _add(commands, "rebuild-index", "bring the index up to date with the posts")
    parser.add_argument("--corpus", default=DEFAULT_CORPUS, metavar="FOLDER", help="the posts (default: ./corpus)")
    _add_index(parser)
    parser.add_argument("--full", action="store_true", help="index every post anew")
    parser.add_argument("--dry-run", action="store_true", help="say what would change, write nothing")
    parser.add_argument("--jobs", type=_positive, metavar="N", help="processes (default: the cores)")
    parser.add_argument("--allow-empty", action="store_true", help="let an empty folder of posts empty the index")
    parser.add_argument("--quiet", action="store_true", help="no progress bar, no report; errors only")
    _add_format(parser, "text", "json")
    return parser


def _add_search(commands: _Commands) -> _Parser:
    parser = _add(commands, "search", "find posts, best first", queries=True)
    parser.add_argument(
        "query",
        nargs="+",
        metavar="QUERY",
        help='words that must all occur; "…" a phrase (quoted for the shell too: \'"…"\'), -word one that must not, '
        "title:word, source:name",
    )
    _add_index(parser)
    parser.add_argument("-n", "--limit", type=_positive, default=10, metavar="N", help="hits to show (default: 10)")
    parser.add_argument("--offset", type=_natural, default=0, metavar="N", help="hits to skip before (default: 0)")
    parser.add_argument(
        "--sort",
        choices=("relevance", "newest", "oldest"),
        default="relevance",
        metavar="ORDER",
        help="relevance (default), newest, oldest",
    )
    parser.add_argument("--since", type=readable, metavar="DATE", help="not older than this day, as 2021-11-01")
    parser.add_argument("--until", type=readable, metavar="DATE", help="not newer than this day")
    parser.add_argument(
        "--source", type=readable, action="append", default=[], metavar="NAME", help="from this source; repeatable"
    )
    parser.add_argument(
        "--tag", type=readable, action="append", default=[], metavar="NAME", help="with this tag; repeatable"
    )
    parser.add_argument("--recency", metavar="AGE", help="a post of this age scores half: 90d, 2w, 6m, 1y")
    parser.add_argument(
        "--facets", type=_names, default=(), metavar="LIST", help="also count the posts by source, tag, year, month"
    )
    parser.add_argument("--count", action="store_true", help="print only the number of posts found")
    parser.add_argument("--explain", action="store_true", help="why each post was found, what its score is made of")
    parser.add_argument(
        "--snippet-chars", type=_natural, default=120, metavar="N", help="characters of text a hit (default: 120)"
    )
    _add_format(parser, "text", "json", "ndjson", "csv", "paths")
    return parser


def _add_show(commands: _Commands) -> _Parser:
    parser = _add(commands, "show", "read a post as cleaned text")
    parser.add_argument("post", type=file_name, metavar="PATH|RANK", help="a path, or its rank in the last search")
    _add_index(parser, default=None)
    _add_format(parser, "text", "json")
    return parser


def _add_status(commands: _Commands) -> _Parser:
    parser = _add(commands, "status", "what the index holds, and what changed in the posts since")
    _add_index(parser)
    _add_format(parser, "text", "json")
    return parser


def _add_analyze(commands: _Commands) -> _Parser:
    parser = _add(commands, "analyze", "show a text as it is indexed", queries=True)
    parser.add_argument("text", nargs="+", metavar="TEXT", help="any text")
    _add_format(parser, "text", "json")
    return parser


def _add_eval(commands: _Commands) -> _Parser:
    parser = _add(commands, "eval", "measure how well judged queries are answered", more=_JUDGED)
    parser.set_defaults(run="evaluate")
    parser.add_argument("task", type=file_name, metavar="TASK_DIR", help="a folder with queries and judgements")
    parser.add_argument(
        "--index", metavar="FOLDER", help="judgements name posts of this index (default: ./index if no corpus.jsonl)"
    )
    parser.add_argument("--run", dest="run_file", metavar="FILE", help="write what was found there, as TREC has it")
    parser.add_argument("--extra", metavar="FILE", help="more documents to index, as corpus.jsonl has them")
    parser.add_argument(
        "--limit", type=_at_least_ten, default=10, metavar="N", help="documents of each query in FILE (default: 10)"
    )
    _add_format(parser, "text", "json")
    return parser


def _add_completion(commands: _Commands) -> _Parser:
    parser = _add(commands, "completion", "print the completion script of a shell")
    parser.add_argument("shell", choices=("bash", "zsh"), help="which shell")
    return parser


def _add_index(parser: argparse.ArgumentParser, default: str | None = DEFAULT_INDEX) -> None:
    parser.add_argument("--index", default=default, metavar="FOLDER", help="the index (default: ./index)")


def _add_format(parser: argparse.ArgumentParser, *formats: str) -> None:
    default, *others = formats
    listed = ", ".join([f"{default} (default)", *others])
    parser.add_argument("--format", choices=formats, default=default, metavar="FORMAT", help=listed)
    parser.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        metavar="WHEN",
        help="auto (default), always, never",
    )


def _without_command(
    parser: argparse.ArgumentParser, commands: dict[str, argparse.ArgumentParser], argv: Sequence[str]
) -> NoReturn:
    """Help, the version, or an error that says which command was meant."""
    if not argv:
        raise UsageError("no command", "run: searchkit --help")
    if not argv[0].startswith("-"):
        import difflib  # only on the way to an error

        near = difflib.get_close_matches(argv[0], commands, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UsageError(f"no command {argv[0]!r}{hint}", "run: searchkit --help")
    parser.parse_args(argv[:1])  # exits after --help and --version, fails on anything else
    raise UsageError("no command", "run: searchkit --help")


def _meant(arguments: argparse.Namespace) -> argparse.Namespace:
    """Join the words; each was one argument, but the quotes around it were the shell's and make no phrase."""
    for name in ("query", "text"):
        if name in arguments:
            setattr(arguments, name, " ".join(map(readable, getattr(arguments, name))))
    return arguments


def _names(text: str) -> tuple[str, ...]:
    """Names with commas between, each once."""
    return tuple(dict.fromkeys(name for part in text.split(",") if (name := part.strip())))


def _positive(text: str) -> int:
    return _whole(text, 1)


def _natural(text: str) -> int:
    return _whole(text, 0)


def _at_least_ten(text: str) -> int:
    return _whole(text, 10)


def _whole(text: str, least: int) -> int:
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    if number < least:
        raise argparse.ArgumentTypeError(f"must be a whole number, {least} or more, not {text!r}")
    return number
