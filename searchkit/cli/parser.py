"""The parser of the command line: which command, with which arguments; and the help."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from searchkit import __version__
from searchkit.cli.argv import UsageError, decode_word, options_first, shell_words
from searchkit.cli.command import Command
from searchkit.cli.commands import HIDDEN, SUMMARIES, load_command
from searchkit.messages import ENGLISH, N_, _, spoken

if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction["_Parser"]  # argparse has no public name for it

_COMMANDS_INDENT = 4

ARGPARSE = (
    N_("usage: "),
    N_("options"),
    N_("positional arguments"),
    N_("show this help message and exit"),
    N_("show program's version number and exit"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("the following arguments are required: %s"),
    N_("expected one argument"),
    N_("expected at least one argument"),
    N_("ignored explicit argument %r"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
    N_("invalid %(type)s value: %(value)r"),
    N_("not allowed with argument %s"),
    N_("unrecognized arguments: %s"),
)
"""What argparse says of its own; it looks them up in the catalog that ``speak_the_locale`` names."""

_ABOUT = N_("Full-text search for a folder of Chinese posts: Markdown, HTML, a whole blog.")

_MORE = N_("""\
exit codes:
  0 done or found, 1 nothing found or damaged, 2 error

settings:
  searchkit.toml in the current folder or above it; with --corpus, in that
  folder or above it. searchkit init writes one (docs/settings.md).
  An option comes first, then the environment, then searchkit.toml.

environment:
  SEARCHKIT_CORPUS        the posts (default: searchkit.toml, ./corpus)
  SEARCHKIT_INDEX         the index (default: searchkit.toml, ./index)
  SEARCHKIT_ENGINE        the address of an index, before SEARCHKIT_INDEX
  NO_COLOR, FORCE_COLOR   no colours, or colours in a pipe, too
  FORCE_HYPERLINK         1: links, 0: no links; default: if the terminal can
  PAGER                   the pager of show (default: less)
  SEARCHKIT_DEBUG         1: print tracebacks of errors
""")


_EXAMPLES = N_("""\
  searchkit init ~/blog                            settings for a folder
  searchkit rebuild-index                          index the posts of ./corpus
  searchkit search 香港 通关                       find posts with both words
  searchkit show 1                                 show the first hit
""")


def parse(argv: Sequence[str]) -> tuple[Command, argparse.Namespace]:
    """Parse the arguments after the program's name.

    Returns:
        The command, and its arguments.

    Raises:
        UsageError: the arguments are invalid.
        SystemExit: the help or the version was printed.
    """
    name = argv[0] if argv else ""
    if name not in SUMMARIES and name not in HIDDEN:
        return _parse_without_command(argv)
    command = load_command(name)
    parser = command_parser(name, command)
    # not through the main parser, which would look for its options among the words
    options = parser._option_string_actions  # argparse has no public access to options by name
    ordered = options_first(argv[1:], options, parser.prog, queries=command.queries)
    return command, _join_words(parser.parse_args(ordered))


def command_parser(name: str, command: Command) -> argparse.ArgumentParser:
    """The parser of one command."""
    parser = _Parser(**_settings_of(name, command))
    command.add_arguments(parser)
    return parser


def whole_parser() -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    """The main parser with all commands and their options, and the parser of each command by its name."""
    parser, added = _main_parser()
    parsers: dict[str, argparse.ArgumentParser] = {}
    for name, summary in SUMMARIES.items():
        command = load_command(name)
        parsers[name] = added.add_parser(name, help=_(summary), **_settings_of(name, command))
        command.add_arguments(parsers[name])
    return parser, parsers


def _main_parser() -> tuple[argparse.ArgumentParser, _Commands]:
    parser = _Parser(prog="searchkit", description=_(_ABOUT), examples=_EXAMPLES, more=_MORE)
    parser.add_argument("--version", action="version", version=f"searchkit {__version__}")
    return parser, parser.add_subparsers(title=_("commands"), metavar="COMMAND", dest="command")


def _settings_of(name: str, command: Command) -> dict[str, Any]:
    summary = _(SUMMARIES.get(name) or HIDDEN[name])
    description = _("{sentence}.", sentence=summary[0].upper() + summary[1:])
    return {
        "prog": f"searchkit {name}",
        "description": description,
        "examples": command.examples,
        "more": command.more,
    }


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Prints each command and its help on one line: argparse ignores that commands are indented further."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28)

    def add_argument(self, action: argparse.Action) -> None:
        super().add_argument(action)
        for command in action._get_subactions() if isinstance(action, argparse._SubParsersAction) else ():
            self._action_max_length = max(self._action_max_length, len(command.dest) + _COMMANDS_INDENT)

    def _split_lines(self, text: str, width: int) -> list[str]:
        if spoken() == ENGLISH:
            return super()._split_lines(text, width)
        from searchkit.render.lines import plain, wrap  # rich, 10 ms
        from searchkit.render.terminal import PLAIN

        return [plain(line) for line in wrap([(text, PLAIN)], width)]


class _Parser(argparse.ArgumentParser):
    """A parser with examples below its help, which raises ``UsageError``."""

    def __init__(self, *, examples: str, more: str = "", **settings: Any) -> None:
        super().__init__(
            epilog=_("examples:") + f"\n{_(examples)}" + (f"\n{_(more)}" if more else ""),
            formatter_class=_Formatter,
            allow_abbrev=False,
            **settings,
        )

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, _("run: {prog} --help", prog=self.prog))


def _parse_without_command(argv: Sequence[str]) -> NoReturn:
    """Print the help or the version, or report a missing or misspelt command."""
    if not argv:
        raise UsageError(_("missing command"), _("run: searchkit --help"))
    if not argv[0].startswith("-"):
        import difflib  # for an unknown command only

        near = difflib.get_close_matches(argv[0], SUMMARIES, n=1)
        if near:
            raise UsageError(
                _("{note}; did you mean {near}?", note=_("unknown command {name!r}", name=argv[0]), near=near[0]),
                _("run: searchkit --help"),
            )
        hint = _("to search for it, run: searchkit search {words}", words=shell_words(argv))
        raise UsageError(
            _("unknown command {name!r}", name=argv[0]), _("{hint}; for help: searchkit --help", hint=hint)
        )
    parser, commands = _main_parser()
    for name, summary in SUMMARIES.items():
        commands.add_parser(name, help=_(summary), examples="")
    parser.parse_args(argv[:1])  # exits after --help and --version, raises on anything else
    raise UsageError(_("missing command"), _("run: searchkit --help"))


def _join_words(arguments: argparse.Namespace) -> argparse.Namespace:
    """Join the words of a query or text by spaces; quotes that the shell has removed make no phrase."""
    for name in ("query", "text"):
        if name in arguments:
            setattr(arguments, name, " ".join(map(decode_word, getattr(arguments, name))))
    return arguments
