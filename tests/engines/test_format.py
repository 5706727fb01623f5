"""docs/format.md says enough: a program that knows nothing else reads an index, in plain Python."""

from __future__ import annotations

import json
import re
import struct
import sys
import zlib
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import pytest

import searchkit
from searchkit.engines.whoosh.codec.reader import SegmentReader
from searchkit.engines.whoosh.codec.run import RunWriter
from searchkit.engines.whoosh.commit.meta import read_commit_point
from searchkit.engines.whoosh.indexing.segment_writer import write_documents

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/format.md").read_text(encoding="utf-8")
MAGIC = b"SEGKIT01"
TRAINED = bytes.fromhex("37a430ec")


@dataclass
class Container:
    """The blocks of a file, by name."""

    blocks: dict[str, bytes]

    @classmethod
    def read(cls, file: Path) -> Container:
        data = file.read_bytes()
        assert data[:8] == data[-8:] == MAGIC
        offset, length, checksum = struct.unpack("<QQI4x", data[-32:-8])
        directory = data[offset : offset + length]
        assert zlib.crc32(directory) == checksum
        blocks = {}
        for name, (start, size, checksums) in json.loads(directory).items():
            block = blocks[name] = data[start : start + size]
            assert start % 8 == 0
            assert [zlib.crc32(block[at : at + 16_384]) for at in range(0, size, 16_384)] == checksums
        return cls(blocks)

    def integers(self, name: str, letter: str) -> list[int]:
        return [value for (value,) in struct.iter_unpack(f"<{letter}", self.blocks[name])]

    def entry(self, name: str, number: int) -> bytes:
        ends = [0, *self.integers(f"{name}.ends", "I")]
        return self.blocks[name][ends[number] : ends[number + 1]]


def bits(data: bytes, start: int, count: int) -> list[int]:
    return [data[at // 8] >> at % 8 & 1 for at in range(start, start + count)]


def number(digits: list[int]) -> int:
    return sum(digit << place for place, digit in enumerate(digits))


@dataclass
class Field:
    """A field of a segment of so many documents."""

    segment: Container
    name: str
    documents: int

    def integers(self, block: str, letter: str) -> list[int]:
        return self.segment.integers(f"{self.name}.{block}", letter)

    @cached_property
    def rows(self) -> list[list[int]]:
        """Doc freq, total term freq and bits of positions of each term."""
        table, widths = self.integers("table", "I"), self.integers("escaped.widths", "B")
        more, rows, at = self.integers("bits", "B"), [], 0
        for place, pair in enumerate(self.integers("pairs", "B")):
            if pair < 255:
                rows.append(table[3 * pair : 3 * pair + 3])
                rows[-1][2] += more[place] if more else 0
                continue
            row = []
            for width in widths:
                row.append(number(bits(self.segment.blocks[f"{self.name}.escaped"], at, width)))
                at += width
            at += -at % 8
            rows.append([row[0] + 1, row[0] + 1 + row[1], row[3]])
        return rows

    def terms(self) -> list[bytes]:
        if self.name.endswith("bigrams"):
            unigrams = Field(self.segment, "unigrams", self.documents).terms()
            starts, seconds = self.integers("starts", "I"), self.integers("seconds", "H")
            return [
                first + b" " + unigrams[second]
                for first, (a, b) in zip(unigrams, pairwise(starts), strict=True)
                for second in seconds[a:b]
            ]
        terms = []
        for start, end in pairwise(self.integers("terms.starts", "I")):
            if self.name == "url":
                block = zstd.decompress(self.segment.blocks["url.terms.zstd"][start:end])
            else:
                block = self.segment.blocks[f"{self.name}.terms"][start:end]
            prefix, *rests, rest = text(block).split("\0")
            assert not rest
            terms += [(prefix + rest).encode() for rest in rests]
        assert self.integers("terms.keys", "Q") == [
            int.from_bytes(term[:8].ljust(8, b"\0"), "big") for term in terms[::32]
        ]
        return terms + [chr(code).encode("utf-8", "surrogatepass") for code in self.integers("chars", "I")]

    def postings(self, place: int, lengths: list[int]) -> list[tuple[int, list[int]]]:
        """The doc ids of a term and its positions in each, or as many zeros; ``lengths``: unigrams per document."""
        rows = self.rows
        block, within = divmod(place, 64)
        starts = self.integers("blocks", "I")[3 * block :]
        before = rows[64 * block :][:within]
        at = starts[1] * 8 + sum(sum(self.parts(row)) for row in before)
        low, high, more = self.parts(rows[place])
        data = self.segment.blocks[f"{self.name}.postings"]
        doc_freq, width = rows[place][0], low // rows[place][0]
        lows = [number(bits(data, at + i * width, width)) for i in range(doc_freq)]
        ones = [i for i, bit in enumerate(bits(data, at + low, high)) if bit]
        doc_ids = [(one - i) << width | lows[i] for i, one in enumerate(ones)]
        ends = [i + 1 for i, bit in enumerate(bits(data, at + low + high, more)) if bit] or range(1, doc_freq + 1)
        freqs = [b - a for a, b in pairwise([0, *ends])]
        if not self.segment.blocks[f"{self.name}.positions"]:
            return [(doc_id, [0] * freq) for doc_id, freq in zip(doc_ids, freqs, strict=True)]
        at = starts[2] * 8 + sum(row[2] for row in before)
        found = []
        for doc_id, freq in zip(doc_ids, freqs, strict=True):
            width = (lengths[doc_id] - 1).bit_length()
            packed = self.segment.blocks[f"{self.name}.positions"]
            found.append((doc_id, [number(bits(packed, at + i * width, width)) for i in range(freq)]))
            at += freq * width
        return found

    def parts(self, row: list[int]) -> tuple[int, int, int]:
        """The bits of the three parts of a list."""
        doc_freq, total, _ = row
        low = (self.documents // doc_freq).bit_length() - 1
        return doc_freq * low, doc_freq + ((self.documents - 1) >> low), total if total > doc_freq else 0


def text(stored: bytes) -> str:
    return stored[1:].decode("gb18030") if stored[0] == 0 else stored[1:].decode("utf-8", "surrogatepass")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    searchkit.rebuild(ROOT / "corpus", folder)
    return folder


@pytest.fixture(scope="module")
def meta(folder: Path) -> dict[str, object]:
    return json.loads((folder / "meta.json").read_bytes())["commit"]


@pytest.fixture(scope="module")
def segment(folder: Path, meta: dict[str, list[dict[str, str]]]) -> Container:
    return Container.read(folder / f"posts_{meta['segments'][0]['id']}.seg")


@pytest.fixture(scope="module")
def reader(folder: Path) -> SegmentReader:
    return SegmentReader(folder, read_commit_point(folder).segments[0])


FIELDS = ("unigrams", "bigrams", "boundaries", "words", "title_bigrams", "source", "path", "url")


@pytest.mark.parametrize("name", FIELDS)
def test_terms_and_posting_lists_are_as_described(segment: Container, reader: SegmentReader, name: str) -> None:
    rows = list(struct.iter_unpack("<qqqi6I", segment.blocks["doc_values"]))
    lengths = [row[7 if name.startswith("title_") else 4] for row in rows]
    field = Field(segment, name, len(rows))
    terms = field.terms()
    assert [term.decode() for term in terms] == list(reader.terms(name))
    for place in range(0, len(terms), max(len(terms) // 40, 1)):
        expected = reader.postings(name, terms[place].decode())
        found = field.postings(place, lengths)
        assert [doc_id for doc_id, _ in found] == expected.doc_ids.tolist()
        assert [len(positions) for _, positions in found] == expected.freqs.tolist()
        if len(expected.positions):
            assert [position for _, positions in found for position in positions] == expected.positions.tolist()


def test_documents_are_as_described(segment: Container, reader: SegmentReader) -> None:
    numbers = segment.integers("stored.dictionary_of", "H")
    order = segment.integers("path.order", "I")
    paths = Field(segment, "path", len(numbers)).terms()
    for doc_id, dictionary in enumerate(numbers):
        preset = segment.entry("stored.fields.dictionaries", dictionary)
        path = paths[order[doc_id]].decode()
        inflate = zlib.decompressobj(-15, zdict=preset + b"\0" + path.encode("gb18030"))
        fields = json.loads(text(inflate.decompress(segment.entry("stored.fields", doc_id)) + inflate.flush()))
        content = segment.entry("stored.bodies.dictionaries", dictionary)
        zstd_dict = zstd.ZstdDict(content, is_raw=not content.startswith(TRAINED)) if len(content) >= 8 else None
        body = text(zstd.decompress(segment.entry("stored.bodies", doc_id), zstd_dict=zstd_dict))
        found = reader.document(doc_id)
        assert path == found.path
        assert fields == [found.title, found.source, found.url, list(found.tags), found.description]
        assert body == found.body


def test_the_manifest_is_as_described(folder: Path) -> None:
    header, _, columns = zstd.decompress((folder / "manifest-1.zst").read_bytes()).partition(b"\n")
    count, folders, width = (json.loads(header)[key] for key in ("files", "folders", "digest"))
    sizes = struct.unpack_from(f"<{count}q", columns)
    assert len(set(struct.unpack_from(f"<{count}q", columns, 16 * count))) == 1  # all came at once
    assert columns[(24 + width) * count : (25 + width) * count] == bytes(count)
    texts = iter(columns[(25 + width) * count + 4 * folders :].decode().split("\0"))
    counts = struct.unpack_from(f"<{folders}I", columns, (25 + width) * count)
    paths = [folder + next(texts) for number in counts for folder in [next(texts)] for _ in range(number)]
    assert dict(zip(paths, sizes, strict=True)) == {path: (ROOT / "corpus" / path).stat().st_size for path in paths}


def test_the_page_names_every_block_and_every_key(
    folder: Path, segment: Container, meta: dict[str, object], reader: SegmentReader
) -> None:
    write_documents(RunWriter(folder, "test"), [reader.document(0)])
    run = Container.read(folder / "posts_test.run")
    fields = "|".join(re.escape(name.removesuffix(".pairs")) for name in segment.blocks if name.endswith(".pairs"))
    for block in (*segment.blocks, *run.blocks):
        generic = re.sub(r"\.u[124]$", ".uW", re.sub(rf"^({fields})\.(?!order)", "F.", block))
        generic = re.sub(r"^suggest\.(words|source|tag)\.", "suggest.G.", generic)
        assert f"`{generic}`" in PAGE
    assert all(f"`{key}`" in PAGE for key in meta)
