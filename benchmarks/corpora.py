"""Generate sets of any number of posts from a sample of real ones.

    python -m benchmarks.corpora SAMPLE FOLDER --posts 50000 [--seed 1] [--extracted FILE]

SAMPLE is a folder of Jekyll posts, or a .tar.xz of one. A generated post has the form of a real one: its front matter,
its markup, and as many sentences. Each sentence, and the title, is the head of one real sentence and the tail of
another of the same script, so that new posts contain new bigrams and words, as real ones do. The same seed generates
the same posts, and a smaller set is a prefix of a larger one. ``--extracted`` also writes the text of the posts (see
``benchmarks.extracted``).
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import re
import string
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_SUFFIXES = {".md", ".markdown", ".html"}
_FRONT_MATTER = re.compile(r"---\n(.*?)\n---\n", re.DOTALL)
_TITLE = re.compile(r"^title: (.*)$", re.MULTILINE)
_DATE = re.compile(r"^date: (\d{4}-\d{2}-\d{2}).*$", re.MULTILINE)
_MARKUP = r"<[^>]*>|https?://[^\s)>\]]+|&#?\w+;|\{[^}]*\}"
_TEXT = "[^<>\\[\\]{}()&*#`|\n。！？!?；;]"
_MARKUP_OR_TEXT = re.compile(f"({_MARKUP})|({_TEXT}+)")
_IDENTIFIER = re.compile(r"(?<=[=/])(?=[\w-]*[0-9])[\w-]{8,}", re.ASCII)
_HAN = re.compile("[㐀-鿿]")
_ALPHABET = string.ascii_letters + string.digits
_MAX_NAME = 40  # characters of a title in a file name
_MAX_DAYS = 180


@dataclass(frozen=True, slots=True)
class Sentence:
    """The place of a sentence in a template."""


@dataclass(frozen=True, slots=True)
class Title:
    """The place of the title in a template."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """The place of an identifier in a URL, such as that of a page or a film."""

    length: int


Part = str | Sentence | Title | Identifier


@dataclass(frozen=True, slots=True)
class Template:
    """The form of a real post.

    Attributes:
        folder: the first folder of its path.
        date: the date of publication.
        front: the front matter without title and date.
        parts: the content, in order.
        script: the index of its script in ``Sample.titles`` and ``Sample.sentences``.
    """

    folder: str
    date: dt.date
    front: str
    parts: tuple[Part, ...]
    script: int


@dataclass(frozen=True, slots=True)
class Sample:
    """Real posts, as templates, and by script their titles and sentences."""

    templates: tuple[Template, ...]
    titles: tuple[tuple[str, ...], ...]
    sentences: tuple[tuple[str, ...], ...]


def post_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES)


def read_sample(folder: Path) -> Sample:
    """Read the posts of a folder; posts without title and date are skipped."""
    titles: tuple[list[str], list[str]] = ([], [])
    sentences: tuple[list[str], list[str]] = ([], [])
    templates = []
    texts = [(path.relative_to(folder).parts[0], path.read_text("utf-8", "replace")) for path in post_files(folder)]
    traditional = _traditional_only(set().union(*(text for _, text in texts)))
    for top, text in texts:
        front = _FRONT_MATTER.match(text)
        title = front and _TITLE.search(front[1])
        date = front and _DATE.search(front[1])
        if not (front and title and date):
            continue
        try:
            day = dt.date.fromisoformat(date[1])
        except ValueError:
            continue
        script = int(len(traditional.findall(text)) * 20 > len(_HAN.findall(text)))
        name = title[1].strip().strip("\"'")
        rest = "\n".join(line for line in front[1].splitlines() if not line.startswith(("title:", "date:")))
        parts = tuple(_parts(text[front.end() :], name, sentences[script]))
        templates.append(Template(top, day, rest, parts, script))
        titles[script].append(name)
    return Sample(tuple(templates), tuple(map(tuple, titles)), tuple(map(tuple, sentences)))


def _traditional_only(characters: set[str]) -> re.Pattern[str]:
    """A pattern of the characters that are used in traditional script only."""
    from opencc import OpenCC  # type: ignore[import-untyped]

    simplify = OpenCC("t2s").convert
    han = (character for character in characters if _HAN.match(character))
    return re.compile(f"[{''.join(sorted(c for c in han if simplify(c) != c))}]")


def _parts(content: str, title: str, sentences: list[str]) -> Iterator[Part]:
    for number, section in enumerate(content.split(title) if title else [content]):
        if number:
            yield Title()
        end = 0
        for match in _MARKUP_OR_TEXT.finditer(section):
            yield section[end : match.start()]
            end = match.end()
            if match[1]:
                yield from _url_parts(match[1])
            elif _HAN.search(match[2]):
                sentences.append(match[2])
                yield Sentence()
            else:
                yield match[2]
        yield section[end:]


def _url_parts(url: str) -> Iterator[Part]:
    end = 0
    for match in _IDENTIFIER.finditer(url):
        yield url[end : match.start()]
        yield Identifier(len(match[0]))
        end = match.end()
    yield url[end:]


def generate(sample: Sample, posts: int, seed: int = 1, first: int = 0) -> Iterator[tuple[str, str]]:
    """Generate posts; the path and content of each.

    Args:
        sample: the real posts.
        posts: the number of posts.
        seed: determines the infinite sequence of posts.
        first: the index in that sequence of the first post to generate.
    """
    order = list(range(len(sample.templates)))
    random.Random(seed).shuffle(order)
    for number in range(first, first + posts):
        yield _post(sample, sample.templates[order[number % len(order)]], number, random.Random(f"{seed} {number}"))


def _post(sample: Sample, template: Template, number: int, chance: random.Random) -> tuple[str, str]:
    sentences = sample.sentences[template.script]
    title = _cross(sample.titles[template.script], chance).strip() or str(number)
    day = template.date + dt.timedelta(days=chance.randint(-_MAX_DAYS, _MAX_DAYS))
    content = []
    for part in template.parts:
        if isinstance(part, str):
            content.append(part)
        elif isinstance(part, Sentence):
            content.append(_cross(sentences, chance))
        elif isinstance(part, Title):
            content.append(title)
        else:
            content.append("".join(chance.choices(_ALPHABET, k=part.length)))
    quoted = json.dumps(title, ensure_ascii=False)
    moment = f"{day}T{chance.randrange(24):02}:{chance.randrange(60):02}:00.000Z"
    name = re.sub(r"[^\w-]+", "-", title[:_MAX_NAME])
    path = f"{template.folder}/{day:%Y-%m}/{day}-{name}-{number}.md"
    return path, f"---\ntitle: {quoted}\ndate: {moment}\n{template.front}\n---\n{''.join(content)}"


def _cross(texts: Sequence[str], chance: random.Random) -> str:
    """The head of one text and the tail of another, cut at the same relative position."""
    head = texts[int(chance.random() * len(texts))]
    tail = texts[int(chance.random() * len(texts))]
    where = chance.random()
    return head[: int(len(head) * where)] + tail[int(len(tail) * where) :]


def write_posts(posts: Iterator[tuple[str, str]], folder: Path) -> None:
    """Write posts below a folder."""
    folders: set[Path] = set()
    for path, text in posts:
        file = folder / path
        if file.parent not in folders:
            file.parent.mkdir(parents=True, exist_ok=True)
            folders.add(file.parent)
        file.write_text(text, "utf-8", newline="")


def unpack(archive: Path, into: Path) -> Path:
    """Unpack an archive and return its folder; a folder is returned as it is."""
    if archive.is_dir():
        return archive
    with tarfile.open(archive) as tar:
        tar.extraction_filter = getattr(tarfile, "data_filter", None)  # Python 3.11.4 and newer
        tar.extractall(into)
    return into


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sample", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--posts", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--extracted", type=Path)
    options = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as work:
        sample = read_sample(unpack(options.sample, Path(work)))
    write_posts(generate(sample, options.posts, options.seed), options.folder)
    print(f"{options.posts} posts in {time.perf_counter() - began:.0f} s")
    if options.extracted:
        from benchmarks.extracted import extract

        print(f"{extract(options.folder, options.extracted)} texts after {time.perf_counter() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
