"""What the operating system refuses a command: files, memory, processes; and what a person may do about it."""

from __future__ import annotations

import errno
import os

from searchkit.errors import SearchkitError
from searchkit.messages import N_, _

_FILES = N_("allow more of them: ulimit -n 256")
_MEMORY = N_("close other programs, or allow more: ulimit -v unlimited")
_PROCESSES = N_("close other programs, allow more of them: ulimit -u, or use --jobs 1")
_SPACE = N_("free some space")
_RIGHTS = N_("check the permissions")
_DISK = N_("check the disk")

_HINTS = {
    errno.EMFILE: _FILES,
    errno.ENFILE: _FILES,
    errno.ENOMEM: _MEMORY,
    errno.EAGAIN: _PROCESSES,
    errno.ENOSPC: _SPACE,
    errno.EDQUOT: _SPACE,
    errno.EFBIG: _SPACE,
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EROFS: _RIGHTS,
    errno.EIO: _DISK,
    errno.ESTALE: _DISK,
    errno.ENODEV: _DISK,
    errno.ENXIO: _DISK,
}
"""What helps, by error; other errors of the system are bugs: whoever opens a file knows that it may be missing."""


def refusal(error: BaseException) -> SearchkitError | None:
    """An error as what the system refuses; None if it is none of that kind, but a bug.

    >>> str(refusal(OSError(errno.EMFILE, "Too many open files", "a.md")))
    'a.md: Too many open files; allow more of them: ulimit -n 256'
    """
    cause = _cause(error)
    if isinstance(cause, OSError) and cause.errno in _HINTS:
        reason = os.strerror(cause.errno)
        if isinstance(cause.filename, (str, bytes)):
            reason = _("{path}: {reason}", path=os.fsdecode(cause.filename), reason=reason)
        return SearchkitError(reason, _(_HINTS[cause.errno]))
    if isinstance(cause, MemoryError):
        return SearchkitError(os.strerror(errno.ENOMEM), _(_MEMORY))
    if isinstance(error, ImportError):
        reason = str(cause).partition("\n")[0]
        return SearchkitError(
            _("cannot load a package: {reason}", reason=reason),
            _("allow more open files and memory (ulimit -n, ulimit -v), or install searchkit anew"),
        )
    return None


def _cause(error: BaseException) -> BaseException:
    """What an error comes from: numpy says of an import no more than that it failed."""
    while isinstance(error, ImportError) and (error.__cause__ or error.__context__):
        error = error.__cause__ or error.__context__ or error
    return error
