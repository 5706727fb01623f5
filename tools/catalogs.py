"""Renew the catalogs of messages: what the code says, in simplified and traditional Chinese.

The simplified catalog is written by people: a message that is new stands in it with an empty translation. The
traditional one is made of it by OpenCC, in Taiwan's words.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from opencc import OpenCC

PACKAGE = Path(__file__).parents[1] / "searchkit"
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
MARKERS = {"_": None, "N_": None}
WIDTH = 120
DATE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)  # gettext's header needs one; a catalog changes with its messages only


def main() -> None:
    simplified = renewed(po_file("zh_CN"))
    write(simplified, "zh_CN")
    write(traditional(simplified), "zh_TW")
    if missing := [message.id for message in simplified if message.id and not message.string]:
        sys.exit("not translated yet:\n" + "\n".join(map(repr, missing)))


def po_file(locale: str) -> Path:
    return PACKAGE / "locale" / locale / "LC_MESSAGES" / "searchkit.po"


def in_code() -> Catalog:
    """The messages that the code and the templates have."""
    found = Catalog(charset="utf-8")
    for file, _line, message, _comments, _context in extract_from_dir(PACKAGE, METHODS, keywords=MARKERS):
        found.add(message, locations=[(file, 0)])
    return found


def read(file: Path) -> Catalog:
    with file.open("rb") as opened:
        return read_po(opened, locale=file.parts[-3], domain="searchkit")


def renewed(file: Path) -> Catalog:
    """A catalog with the messages of the code, each with the translation that it has."""
    old = read(file) if file.exists() else Catalog()
    new = Catalog(locale=file.parts[-3], domain="searchkit", project="searchkit", fuzzy=False)
    for message in sorted(in_code(), key=lambda message: message.id):
        if message.id:
            known = old.get(message.id)
            files = sorted({path for path, _ in message.locations})
            new.add(message.id, known.string if known else "", locations=[(path, None) for path in files])
    return new


def traditional(simplified: Catalog) -> Catalog:
    """A catalog in traditional script, in the words of Taiwan."""
    convert = OpenCC("s2twp").convert
    new = Catalog(locale="zh_TW", domain="searchkit", project="searchkit", fuzzy=False)
    for message in simplified:
        if message.id:
            new.add(message.id, convert(message.string), locations=message.locations)
    return new


def write(catalog: Catalog, locale: str) -> None:
    catalog.creation_date = catalog.revision_date = DATE
    file = po_file(locale)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as opened:
        write_po(opened, catalog, width=WIDTH, omit_header=False, sort_output=True)
    with file.with_suffix(".mo").open("wb") as opened:
        write_mo(opened, catalog)


if __name__ == "__main__":
    main()
