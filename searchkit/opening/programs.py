"""The system's programs for a page and for a file."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import webbrowser
from pathlib import Path

from searchkit.errors import SearchkitError
from searchkit.messages import _
from searchkit.model import Document
from searchkit.opening.lines import file_of
from searchkit.render.safe import web_link


def open_original(document: Document, corpus: str | os.PathLike[str]) -> str:
    """Open the original of a post: its page on the web where it has one, else its file.

    Args:
        document: the post. Of its URL, only an ``http`` or ``https`` one is opened.
        corpus: the folder of its file.

    Returns:
        What was opened: a URL or an absolute path.

    Raises:
        SearchkitError: there is no program to open it.
        DocumentNotFound: its file is not there any more.
    """
    url = web_link(document.url)
    if url is None:
        file = file_of(corpus, document)
        _open_file(file)
        return str(file)
    if not webbrowser.open(url):
        raise SearchkitError(_("there is no browser for {url}", url=url), _("set BROWSER, or use --editor"))
    return url


def _open_file(file: Path) -> None:
    if sys.platform == "win32":
        os.startfile(file)
        return
    opener = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    missing = SearchkitError(_("there is no program to open {path}", path=file), _("use --editor"))
    if opener is None:
        raise missing
    done = subprocess.run([opener, str(file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise missing
