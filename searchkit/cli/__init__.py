"""Who is asking? A person or a script at a shell.

Arguments as they were typed become arguments as they are meant (``arguments``, ``words``); a command runs them against
the facade and hands its plain data to ``render`` (``commands``); ``shell`` makes exit codes and errors of what happens.

A search must feel immediate, so everything is imported inside the function that needs it: rich, the index and the
language data each cost more than parsing the arguments.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["main"]

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: the arguments after the program's name; those of the process by default.

    Returns:
        The exit code: 0 done or found, 1 nothing found, 2 an error, 130 interrupted.
    """
    try:
        from searchkit.cli import process, shell  # inside, so that Ctrl-C while it loads is no traceback either

        if argv is not None:
            return shell.run(argv)
        process.begin()
        code = shell.run()
        process.end()
        return code
    except KeyboardInterrupt:
        _say_farewell()
        return INTERRUPTED


def _say_farewell() -> None:
    import signal
    import sys
    from contextlib import suppress

    with suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C would only spoil it
    with suppress(OSError, AttributeError):
        print("searchkit: interrupted", file=sys.stderr, flush=True)
