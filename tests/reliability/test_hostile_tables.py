"""Inner tables that somebody made up, with right checksums: an error that names the file and what mends it."""

from __future__ import annotations

import json
import re
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from archive import Archive
from test_check import blocks, doc_values, rewrite
from torture.victim import QUESTIONS

import searchkit
from searchkit.engines.files import FileRecord, Files
from searchkit.engines.kept import lexicon, manifest
from searchkit.engines.whoosh.codec.api import Damaged
from searchkit.engines.whoosh.codec.container import BlockFile
from searchkit.engines.whoosh.codec.trailer import MAGIC, TRAILER
from searchkit.engines.whoosh.commit.meta import next_generation

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ASKED = ("search ''", "search '香港 通关'", "search '\"香港 新闻\"~5'", "search 'date:2021'", "search '全*'")
ASKED += ("search 'pinyin:xg'", "suggest '香'", "documents", "terms", "whoosh")
FILE = Path("file")

Change = Callable[[bytes], bytes]


def put(place: int, item: bytes) -> Change:
    return lambda block: block[:place] + item + block[place + len(item) :]


@pytest.mark.parametrize(
    ("block", "change"),
    [
        ("words.pairs", lambda block: b""),
        ("unigrams.pairs", lambda block: b"\xfe" * len(block)),
        ("unigrams.pairs", lambda block: b"\xff" * len(block)),
        ("unigrams.table", lambda block: bytes(len(block))),
        ("unigrams.table", lambda block: b"\xff" * len(block)),
        ("unigrams.table", lambda block: block * 999),
        ("words.escaped", lambda block: b""),
        ("words.escaped.widths", put(0, b"\x07")),
        ("words.escaped.widths", lambda block: b"\xff" * 4),
        ("words.blocks", lambda block: block[:-4]),
        ("words.blocks", put(4, b"\xff" * 4)),
        ("words.terms.starts", lambda block: b"\xff" * len(block)),
        ("words.terms.starts", lambda block: block[::-1]),
        ("words.chars", lambda block: b"\xff" * 4 * 999),
        ("unigrams.chars", lambda block: b"\xff" * len(block)),
        ("words.terms", lambda block: bytes(len(block))),
        ("words.terms", lambda block: b"\xff" * len(block)),
        ("unigrams.postings", lambda block: bytes(len(block))),
        ("unigrams.postings", lambda block: b"\xff" * len(block)),
        ("unigrams.postings", lambda block: b""),
        ("bigrams.pairs", lambda block: b"\xff" * len(block)),
        ("bigrams.bits", lambda block: block[:-1]),
        ("bigrams.starts", lambda block: b"\xff" * len(block)),
        ("bigrams.starts", lambda block: block[::-1]),
        ("bigrams.seconds", lambda block: b"\xff" * len(block)),
        ("bigrams.positions", lambda block: b""),
        ("path.order", lambda block: bytes(len(block))),
        ("path.order", lambda block: block[4:]),
        ("path.order", put(0, b"\xff" * 4)),
        ("doc_values", doc_values(date=2**61)),
        ("doc_values", doc_values(offset=2**30)),
        ("doc_values", doc_values(unigrams=2**31)),
        ("doc_values", doc_values(title_unigrams=99)),
        ("stored.dictionary_of", lambda block: b"\xff" * len(block)),
        ("stored.dictionary_of", lambda block: b""),
        ("stored.fields.ends", lambda block: block[:-4]),
        ("stored.bodies.ends", lambda block: block[::-1]),
        ("stored.bodies.dictionaries", put(0, b"\x37\xa4\x30\xec")),
        ("suggest.titles", lambda block: b"a\0" * (len(block) // 2)),
        ("suggest.titles.starts", lambda block: b"\xff" * len(block)),
        ("suggest.words.steps", lambda block: b"\xff" * len(block)),
        ("suggest.words.lengths", lambda block: b"\xff" * len(block)),
        ("suggest.words.chars", lambda block: block[:-2]),
        ("suggest.words.doc_freqs", lambda block: b"\xff" * len(block)),
        ("suggest.words.buckets", lambda block: block[::-1]),
        ("suggest.syllables", lambda block: bytes(len(block))),
        ("suggest.readings", lambda block: b"\xff" * len(block)),
    ],
)
def test_a_table_that_no_writer_makes_is_damage(archive: Archive, block: str, change: Change) -> None:
    [file] = archive.segment_files()
    content = blocks(file)
    rewrite(archive, content | {block: change(content[block])})
    errors = []
    with searchkit.open(archive.index) as index:
        for question in ASKED:
            try:
                QUESTIONS[question](index)
            except searchkit.IndexCorrupt as error:
                errors.append(str(error))
    assert errors
    for error in errors:
        assert re.search(rf"{file.name} is damaged; run: searchkit rebuild-index --repair --index \S+$", error)


@pytest.mark.parametrize(
    "directory",
    [
        *(
            "[]",
            "{}x",
            "[" * 100_000,
            '{"a":1}',
            '{"a":[8,0]}',
            '{"a":[1,0,[]]}',
            '{"a":[-8,0,[]]}',
            '{"a":[8,1e400,[]]}',
        ),
        *('{"a":[8,-1,[]]}', '{"a":[8,9,[0]]}', '{"a":[8,8,[]]}', '{"a":[8,8,[0]],"b":[8,8,[0]]}', '{"a":[8.0,0,[]]}'),
        '{"a":[8,0,[]],"b":[8,0,[]]' + " " * 100_000 + "}",
    ],
)
def test_a_directory_of_no_blocks(tmp_path: Path, directory: str) -> None:
    text = directory.encode()
    trailer = TRAILER.pack(16, len(text), zlib.crc32(text))
    (tmp_path / "file").write_bytes(MAGIC + bytes(8) + text + trailer + MAGIC)
    with pytest.raises(Damaged):
        BlockFile(tmp_path / "file")


@pytest.mark.parametrize(
    ("frequencies", "synonyms"),
    [
        *(({"香": value}, {}) for value in (-1, 1.5, "1", None, True, 10**10, float("inf"), [])),
        *(({}, {"香": value}) for value in (1, [1], [""], [None])),
        *((value, {}) for value in ([], 1, None, {"": 1})),
    ],
)
def test_a_lexicon_of_no_words(frequencies: object, synonyms: object) -> None:
    text = json.dumps({"frequencies": frequencies, "synonyms": synonyms})
    with pytest.raises(ValueError, match=r"."):
        lexicon.decode(zstd.compress(text.encode()))


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.replace(b'"files": 2', b'"files": 1e400'),
        lambda content: content.replace(b'"files": 2', b'"files": 999999999'),
        lambda content: content.replace(b'"files": 2', b'"files": ' + b"[" * 100_000),
        lambda content: content.replace(b"b.md", b"a.md"),
        lambda content: content.replace(b"\0a.md", b"\7a.md"),
        lambda content: content.replace((77).to_bytes(8, "little"), (2**62).to_bytes(8, "little")),
        lambda content: bytes(10**8),
    ],
)
def test_a_manifest_of_no_files(change: Change) -> None:
    records = {"a.md": FileRecord(1, 2, "00" * 8, added=77), "b.md": FileRecord(3, 4, "11" * 8)}
    data = manifest.encode(Files.of(records))
    with pytest.raises(ValueError, match=r"."):
        manifest.decode(zstd.compress(change(zstd.decompress(data))))


def test_a_file_that_claims_the_last_number_leaves_room_for_a_commit(archive: Archive) -> None:
    for number in ("999999999", "9" * 200):
        (archive.index / f"manifest-{number}.zst").touch()
    assert next_generation(archive.index) == 2
    archive.rebuild(full=True)
    assert archive.seen() == archive.afresh()


def test_documents_that_no_segment_can_number(archive: Archive) -> None:
    [segment] = archive.commit()["segments"]
    archive.change_commit(segments=[segment | {"documents": 2**63 - 1}])
    assert not searchkit.check(archive.index).is_whole


@pytest.mark.parametrize("size", [2**62, 10**12])
def test_a_size_that_is_not_on_the_disk_is_not_allocated(archive: Archive, size: int) -> None:
    files = archive.commit()["files"]
    [name] = [name for name in files if name.startswith("manifest")]
    archive.change_commit(files=files | {name: [size, files[name][1]]})
    with searchkit.open(archive.index) as index, pytest.raises(searchkit.IndexCorrupt, match=name):
        index.status()
