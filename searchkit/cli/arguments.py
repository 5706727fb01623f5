"""The parser of the command line: commands, options, their types and their help."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from searchkit import __version__
from searchkit.cli.argv import UsageError, decode_path, decode_word, options_first, shell_words

if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction["_Parser"]  # argparse has no public name for it

_COMMANDS_INDENT = 4

_ABOUT = "Full-text search for a folder of Chinese posts: Markdown, HTML, a whole blog."

_EXIT_CODES = """\
exit codes:
  0 done or found, 1 nothing found or damaged, 2 error

settings:
  searchkit.toml in the current folder or above it; with --corpus, in that
  folder or above it. searchkit init writes one (docs/settings.md).
  An option comes first, then the environment, then searchkit.toml.

environment:
  SEARCHKIT_CORPUS        the posts (default: searchkit.toml, ./corpus)
  SEARCHKIT_INDEX         the index (default: searchkit.toml, ./index)
  NO_COLOR, FORCE_COLOR   no colours, or colours in a pipe, too
  FORCE_HYPERLINK         1: links, 0: no links; default: if the terminal can
  PAGER                   the pager of show (default: less)
  SEARCHKIT_DEBUG         1: print tracebacks of errors
"""

_JUDGED = """\
files in TASK_DIR:
  queries.tsv    one query per line: query id, tab, query
  qrels.txt      one judgement per line: query id, 0, document id,
                 relevance (1 or 0)
  corpus.jsonl   one document per line: {"id": …, "title": …, "date": …,
                 "source": …, "body": …}. Without this file, the ids are
                 paths of posts in the index, as search --format paths
                 prints them: you can judge queries on your own posts.
"""

EXAMPLES = {
    "": """\
  searchkit init ~/blog                            settings for a folder
  searchkit rebuild-index                          index the posts of ./corpus
  searchkit search 香港 通关                       find posts with both words
  searchkit show 1                                 show the first hit
""",
    "init": """\
  searchkit init ~/blog                            settings for this folder
  searchkit init ~/blog --force                    replace those that are there
""",
    "rebuild-index": """\
  searchkit rebuild-index                          only changed posts
  searchkit rebuild-index --dry-run                only report changes
  searchkit rebuild-index --full --jobs 2          all posts, in 2 processes
  searchkit rebuild-index --corpus corpus --index index --format json
  searchkit rebuild-index --dictionary dictionary.txt --synonyms synonyms.txt
  searchkit rebuild-index --corpus . --dry-run     what of this site is a post?
  searchkit rebuild-index --drafts --include README.md --exclude 'diary/'
""",
    "search": """\
  searchkit search 香港 通关                       both words, both scripts
  searchkit search '"人工智能"'                    this exact phrase
  searchkit search 香港 -通关                      without the second word
  searchkit search title:香港                      in the title
  searchkit search 香港 --sort newest --since 2021-11-01 -n 20
  searchkit search 香港 --source 維港漫遊 --count  only the total
  searchkit search 香港 --recency 1y               rank newer posts higher
  searchkit search 香港 通关 --explain             explain the ranking
  searchkit search 香港 --facets source,year       count by source, year
  searchkit search 香港 --format paths             one path per line
""",
    "show": """\
  searchkit show 1                                 hit 1 of the last search
  searchkit show 1 --format json                   with all metadata
""",
    "status": """\
  searchkit status                                 size, age, changes
""",
    "check": """\
  searchkit check                                  verify all files
""",
    "analyze": """\
  searchkit analyze 香港力爭年底前與大陸「小通關」
  searchkit analyze 小通关 --dictionary dictionary.txt
""",
    "eval": """\
  searchkit eval drcd-dev                          index, search, measure
  searchkit eval drcd-dev --extra noise.jsonl      with more documents
  searchkit eval my-queries --index index --run before.run   on your own posts
""",
    "completion": """\
  searchkit completion bash > ~/.local/share/bash-completion/completions/searchkit
  searchkit completion zsh > ~/.zfunc/_searchkit
""",
}


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Parse the arguments after the program's name; ``run`` of the result names the function of the command.

    Raises:
        UsageError: the arguments are invalid.
        SystemExit: the help or the version was printed.
    """
    parser, commands = build_parser()
    command = commands.get(argv[0]) if argv else None
    if command is None:
        return _parse_without_command(parser, commands, argv)
    # not through the main parser, which would look for its options among the words
    options = command._option_string_actions  # argparse has no public access to options by name
    queries = bool(command.get_default("queries"))
    return _join_words(command.parse_args(options_first(argv[1:], options, command.prog, queries=queries)))


def build_parser() -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    """The main parser, and the parser of each command by its name."""
    parser = _Parser(prog="searchkit", description=_ABOUT, examples="", more=_EXIT_CODES)
    parser.add_argument("--version", action="version", version=f"searchkit {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    return parser, {
        "init": _add_init(commands),
        "rebuild-index": _add_rebuild(commands),
        "search": _add_search(commands),
        "show": _add_show(commands),
        "status": _add_status(commands),
        "check": _add_check(commands),
        "analyze": _add_analyze(commands),
        "eval": _add_eval(commands),
        "completion": _add_completion(commands),
    }


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Prints each command and its help on one line: argparse ignores that commands are indented further."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28)

    def add_argument(self, action: argparse.Action) -> None:
        super().add_argument(action)
        for command in action._get_subactions() if isinstance(action, argparse._SubParsersAction) else ():
            self._action_max_length = max(self._action_max_length, len(command.dest) + _COMMANDS_INDENT)


class _Parser(argparse.ArgumentParser):
    """A parser with examples below its help, which raises ``UsageError``."""

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
    description = f"{text[0].upper()}{text[1:]}."
    parser = commands.add_parser(
        name, help=text, prog=f"searchkit {name}", description=description, examples=name, more=more
    )
    parser.set_defaults(run=name.replace("-", "_"), **defaults)
    return parser


def _add_init(commands: _Commands) -> _Parser:
    parser = _add(commands, "init", "look at a folder of posts, and write settings for it")
    parser.add_argument(
        "folder", nargs="?", default=".", type=decode_path, metavar="FOLDER", help="of posts (default: this one)"
    )
    parser.add_argument("--force", action="store_true", help="replace searchkit.toml if there is one")
    return parser


def _add_rebuild(commands: _Commands) -> _Parser:
    parser = _add(commands, "rebuild-index", "update the index with changed posts")
    parser.add_argument("--corpus", metavar="FOLDER", help="the posts (default: by the settings, else ./corpus)")
    _add_index(parser)
    parser.add_argument("--dictionary", metavar="FILE", help="own words: word [frequency [tag]] per line")
    parser.add_argument("--synonyms", metavar="FILE", help="own synonyms: 番茄 = 西红柿 per line")
    _add_selection(parser)
    parser.add_argument("--full", action="store_true", help="index all posts, changed or not")
    parser.add_argument("--dry-run", action="store_true", help="report changes, write nothing")
    parser.add_argument("--jobs", type=_positive, metavar="N", help="processes (default: one per core)")
    parser.add_argument("--allow-empty", action="store_true", help="empty the index if there are no posts")
    parser.add_argument("--timezone", metavar="ZONE", help="of posts that name none (default: the site's, else UTC)")
    parser.add_argument("--quiet", action="store_true", help="print errors only")
    _add_format(parser, "text", "json")
    return parser


def _add_selection(parser: argparse.ArgumentParser) -> None:
    """Options that decide which files are posts."""
    parser.add_argument("--drafts", action="store_true", help="index drafts, too: _drafts, draft: true")
    for option, help_text in (
        ("--include", "index these files or folders, too, that are left out by default: README.md, themes/"),
        ("--exclude", "leave these files or folders out, as .gitignore writes them: '*.txt', diary/, /2021/*.md"),
    ):
        parser.add_argument(
            option, type=decode_path, action="append", default=[], metavar="GLOB", help=f"{help_text}; repeatable"
        )
    parser.add_argument("--follow-links", action="store_true", help="follow links that lead out of the corpus")


def _add_search(commands: _Commands) -> _Parser:
    parser = _add(commands, "search", "find posts, best first", queries=True)
    parser.add_argument(
        "query",
        nargs="+",
        metavar="QUERY",
        help='words; "…" an exact phrase (quote it for the shell, too: \'"…"\'), -word to exclude a word, '
        "title:word, source:name",
    )
    _add_index(parser)
    parser.add_argument("-n", "--limit", type=_positive, default=10, metavar="N", help="number of hits (default: 10)")
    parser.add_argument("--offset", type=_natural, default=0, metavar="N", help="hits to skip (default: 0)")
    parser.add_argument(
        "--sort",
        choices=("relevance", "newest", "oldest"),
        default="relevance",
        metavar="ORDER",
        help="relevance (default), newest, oldest",
    )
    parser.add_argument("--since", type=decode_word, metavar="DATE", help="posts from then on: 2021-11-01, 去年, 7d")
    parser.add_argument("--until", type=decode_word, metavar="DATE", help="posts up to then: 2021-11, 上个月")
    for option, help_text in (("--source", "posts of this source"), ("--tag", "posts with this tag")):
        parser.add_argument(
            option, type=decode_word, action="append", default=[], metavar="NAME", help=f"{help_text}; repeatable"
        )
    parser.add_argument("--recency", metavar="AGE", help="age at which a score is halved: 90d, 2w, 6m, 1y")
    parser.add_argument(
        "--facets", type=_names, default=(), metavar="LIST", help="count the posts by source, tag, year, month"
    )
    parser.add_argument("--count", action="store_true", help="print only the number of matching posts")
    parser.add_argument("--explain", action="store_true", help="explain matches and scores")
    parser.add_argument(
        "--snippet-chars", type=_natural, default=120, metavar="N", help="characters of snippets per hit (default: 120)"
    )
    _add_format(parser, "text", "json", "ndjson", "csv", "paths")
    return parser


def _add_show(commands: _Commands) -> _Parser:
    parser = _add(commands, "show", "show a post as cleaned text")
    parser.add_argument("post", type=decode_path, metavar="PATH|RANK", help="a path, or a rank in the last search")
    _add_index(parser)
    _add_format(parser, "text", "json")
    return parser


def _add_status(commands: _Commands) -> _Parser:
    parser = _add(commands, "status", "show the index, and changes of the posts since it was built")
    _add_index(parser)
    _add_format(parser, "text", "json")
    return parser


def _add_check(commands: _Commands) -> _Parser:
    parser = _add(commands, "check", "verify the files of an index (exit code 1: damaged)")
    _add_index(parser)
    _add_format(parser, "text", "json")
    return parser


def _add_analyze(commands: _Commands) -> _Parser:
    parser = _add(commands, "analyze", "show how a text is indexed", queries=True)
    parser.add_argument("text", nargs="+", metavar="TEXT", help="any text")
    parser.add_argument("--dictionary", metavar="FILE", help="own words: word [frequency [tag]] per line")
    _add_format(parser, "text", "json")
    return parser


def _add_eval(commands: _Commands) -> _Parser:
    parser = _add(commands, "eval", "measure the quality of search by judged queries", more=_JUDGED)
    parser.set_defaults(run="evaluate")
    parser.add_argument("task", type=decode_path, metavar="TASK_DIR", help="a folder with queries and judgements")
    parser.add_argument(
        "--index", metavar="FOLDER", help="an index of judged posts, if there is no corpus.jsonl"
    )
    parser.add_argument("--run", dest="run_file", metavar="FILE", help="write the ranking to this file, as a TREC run")
    parser.add_argument("--extra", metavar="FILE", help="more documents to index, in the format of corpus.jsonl")
    parser.add_argument(
        "--limit", type=_ten_or_more, default=10, metavar="N", help="documents per query in FILE (default: 10)"
    )
    _add_format(parser, "text", "json")
    return parser


def _add_completion(commands: _Commands) -> _Parser:
    parser = _add(commands, "completion", "print the completion script of a shell")
    parser.add_argument("shell", choices=("bash", "zsh"), help="the shell")
    return parser


def _add_index(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--index", metavar="FOLDER", help="the index (default: by the settings, else ./index)")


def _add_format(parser: argparse.ArgumentParser, *formats: str) -> None:
    default, *alternatives = formats
    listed = ", ".join([f"{default} (default)", *alternatives])
    parser.add_argument("--format", choices=formats, default=default, metavar="FORMAT", help=listed)
    parser.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        metavar="WHEN",
        help="auto (default), always, never",
    )


def _parse_without_command(
    parser: argparse.ArgumentParser, commands: dict[str, argparse.ArgumentParser], argv: Sequence[str]
) -> NoReturn:
    """Print the help or the version, or report a missing or misspelt command."""
    if not argv:
        raise UsageError("missing command", "run: searchkit --help")
    if not argv[0].startswith("-"):
        near = difflib.get_close_matches(argv[0], commands, n=1)
        if near:
            raise UsageError(f"unknown command {argv[0]!r}; did you mean {near[0]}?", "run: searchkit --help")
        hint = f"to search for it, run: searchkit search {shell_words(argv)}"
        raise UsageError(f"unknown command {argv[0]!r}", f"{hint}; for help: searchkit --help")
    parser.parse_args(argv[:1])  # exits after --help and --version, raises on anything else
    raise UsageError("missing command", "run: searchkit --help")


def _join_words(arguments: argparse.Namespace) -> argparse.Namespace:
    """Join the words of a query or text by spaces; quotes that the shell has removed make no phrase."""
    for name in ("query", "text"):
        if name in arguments:
            setattr(arguments, name, " ".join(map(decode_word, getattr(arguments, name))))
    return arguments


def _names(text: str) -> tuple[str, ...]:
    """Distinct names from a list that is separated by commas."""
    return tuple(dict.fromkeys(name for part in text.split(",") if (name := part.strip())))


def _positive(text: str) -> int:
    return _integer(text, 1)


def _natural(text: str) -> int:
    return _integer(text, 0)


def _ten_or_more(text: str) -> int:
    return _integer(text, 10)


def _integer(text: str, minimum: int) -> int:
    try:
        number = int(text)
    except ValueError:
        number = minimum - 1
    if number < minimum:
        raise argparse.ArgumentTypeError(f"must be a whole number, {minimum} or more, not {text!r}")
    return number
