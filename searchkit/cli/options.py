"""Options that several commands have, and the types of their values."""

from __future__ import annotations

import argparse
from typing import Any

from searchkit.cli.argv import decode_word
from searchkit.messages import _

_MAX_PORT = 65_535
EVERY = 2**53
"""More hits than there are."""


def add_index(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--index", metavar="INDEX", help=_("its folder or its address (default: by the settings, else ./index)")
    )


def add_format(parser: argparse.ArgumentParser, *formats: str) -> None:
    default, *alternatives = formats
    listed = ", ".join([_("{name} (default)", name=default), *alternatives])
    parser.add_argument("--format", choices=formats, default=default, metavar="FORMAT", help=listed)
    parser.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        metavar="WHEN",
        help=_("auto (default), always, never"),
    )


def add_history(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-history", action="store_true", help=_("neither keep this query nor offer those that were kept")
    )


def keeps_history(arguments: argparse.Namespace) -> bool:
    """Whether past queries are kept and offered: neither an option nor the settings say that they are not."""
    settings = arguments.choices.settings
    return not arguments.no_history and (settings is None or settings.history)


def add_filters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", type=decode_word, metavar="DATE", help=_("posts from then on: 2021-11-01, 去年, 7d"))
    parser.add_argument("--until", type=decode_word, metavar="DATE", help=_("posts up to then: 2021-11, 上个月"))
    for option, help_text in (("--source", _("posts of this source")), ("--tag", _("posts with this tag"))):
        parser.add_argument(
            option,
            type=decode_word,
            action="append",
            default=[],
            metavar="NAME",
            help=_("{help_text}; repeatable", help_text=help_text),
        )


def filters(arguments: argparse.Namespace) -> dict[str, Any]:
    """What ``add_filters`` added, as options of the facade."""
    return {name: getattr(arguments, name) for name in ("since", "until", "source", "tag")}


def names(text: str) -> tuple[str, ...]:
    """Distinct names from a list that is separated by commas."""
    return tuple(dict.fromkeys(name for part in text.split(",") if (name := part.strip())))


def positive(text: str) -> int:
    return _integer(text, 1)


def number_or_all(text: str) -> int:
    """A positive number; for ``all`` one that no archive reaches."""
    return EVERY if text.strip().lower() in ("all", "全部") else positive(text)


def natural(text: str) -> int:
    return _integer(text, 0)


def ten_or_more(text: str) -> int:
    return _integer(text, 10)


def port(text: str) -> int:
    number = natural(text)
    if number > _MAX_PORT:
        raise argparse.ArgumentTypeError(_("must be at most {maximum}, not {text!r}", maximum=_MAX_PORT, text=text))
    return number


def _integer(text: str, minimum: int) -> int:
    try:
        number = int(text)
    except ValueError:
        number = minimum - 1
    if number < minimum:
        raise argparse.ArgumentTypeError(
            _("must be a whole number, {minimum} or more, not {text!r}", minimum=minimum, text=text)
        )
    return number
