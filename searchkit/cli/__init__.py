"""The command line.

``argv`` separates options from words, ``parser`` parses them, a module of ``commands`` runs the library and renders
what it returns, and ``shell`` turns the outcome into an exit code and errors into one line.

All imports are inside ``main``, ``__future__`` too, since it answers for what goes wrong with them.
"""

TYPE_CHECKING = False  # as of typing, which takes 5 ms

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

FAILED = 2


def main(argv: "Sequence[str] | None" = None) -> int:
    """Run one command.

    Args:
        argv: the arguments after the program's name; those of the process by default.

    Returns:
        The exit code: 0 if something was done or found, 1 if nothing was found, 2 after an error, 130 after Ctrl-C.
    """
    try:
        if argv is None:  # the process runs this one command, so its settings may be changed
            return _run_process()
        from searchkit.cli import shell

        return shell.run(argv)
    except KeyboardInterrupt:
        return _interrupted()
    except (ImportError, MemoryError, OSError) as error:  # before there was somebody to say it
        return _not_started(error)


def _run_process() -> int:
    import gc
    import os
    import sys

    from searchkit.cli import interrupts
    from searchkit.messages import speak_the_locale

    gc.set_threshold(20_000, 20, 20)  # what is imported is no garbage: looked at after each 700 objects, it costs 10 ms
    # before numpy is imported: it would start a thread per core for matrix products, which nothing here computes
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    speak_the_locale()
    interrupts.take()
    from searchkit.cli import shell

    code = shell.run(sys.argv[1:])
    interrupts.take_last()
    gc.freeze()  # exempts all objects from the garbage collection at exit, which would take 30 ms
    threading = sys.modules.get("threading")
    if threading and any(not one.daemon and one is not threading.main_thread() for one in threading.enumerate()):
        os._exit(code)  # what a thread waits for, such as a machine that does not answer, nobody waits for any more
    return code


def _interrupted() -> int:
    import signal
    import sys
    from contextlib import suppress

    from searchkit.cli.interrupts import INTERRUPTED
    from searchkit.messages import _

    with suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C would interrupt the message
    with suppress(OSError, AttributeError):
        print(_("searchkit: interrupted"), file=sys.stderr, flush=True)
    return INTERRUPTED


def _not_started(error: Exception) -> int:
    """Say why the program cannot be loaded; in English, since the catalog may be what is missing."""
    import sys
    from contextlib import suppress

    reason = " ".join(str(error).split()) or type(error).__name__
    with suppress(OSError, AttributeError):
        print(f"searchkit: error: cannot start: {reason}", file=sys.stderr, flush=True)
    return FAILED
