"""Generated posts: repeatable, valid, in one script, with new words."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from benchmarks.corpora import Sample, generate, read_sample, write_posts
from benchmarks.extracted import Extracted, extract, read_extracted
from searchkit.posts.documents import read_document

SIMPLIFIED = ("国际新闻报道", "学习汉语拼音", "经济发展迅速", "香港开始通关")
TRADITIONAL = ("國際新聞報導", "學習漢語拼音", "經濟發展迅速", "香港開始通關")
FORM = (
    "---\ntitle: \"{0}，{0}\"\ndate: 2021-03-0{1}T00:00:00.000Z\nauthor: 作者\ntags: [ 港 ]\n---\n"
    "[{0}，{0}](https://example.com/watch?v=abcdefgh{1})\n\n<div class=\"正文\">\n{0}。{0}！\n</div>\n"
)


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    for script, sentences in (("s", SIMPLIFIED), ("t", TRADITIONAL)):
        for number, sentence in enumerate(sentences, 1):
            file = tmp_path / "sample" / script / f"{number}.md"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(FORM.format(sentence, number), "utf-8")
    return read_sample(tmp_path / "sample")


def test_a_seed_determines_the_posts_and_a_smaller_set_is_a_prefix(sample: Sample) -> None:
    posts = list(generate(sample, 40))
    assert list(generate(sample, 40)) == posts
    assert list(generate(sample, 15)) == posts[:15]
    assert list(generate(sample, 15, first=25)) == posts[25:]
    assert list(generate(sample, 40, seed=2)) != posts
    assert len({path for path, _ in posts}) == 40


def test_a_post_has_one_script(sample: Sample) -> None:
    simplified, traditional = (set("".join(of)) for of in (SIMPLIFIED, TRADITIONAL))
    for path, text in generate(sample, 60):
        characters = set(read_document(path, text.encode())[0].body) & (simplified ^ traditional)
        assert characters <= simplified or characters <= traditional


def test_a_post_has_the_form_of_a_real_one_and_new_text(sample: Sample) -> None:
    path, text = next(generate(sample, 1))
    document, warnings = read_document(path, text.encode())
    assert warnings == ()
    assert (document.source, document.tags) == ("作者", ("港",))
    assert document.date is not None
    assert f"date: {document.date:%Y-%m-%dT%H:%M}" in text
    assert '<div class="正文">' in text
    assert f"[{document.title}](https://example.com/watch?v=" in text
    assert "abcdefgh" not in text


def _sentences(posts: Iterable[tuple[str, str]]) -> list[str]:
    return [line[:-1].split("。")[1] for _, text in posts for line in text.splitlines() if line.endswith("！")]


def test_a_sentence_is_as_long_as_its_sources(sample: Sample) -> None:
    assert {len(sentence) for sentence in _sentences(generate(sample, 60))} == {6}


def test_more_posts_have_more_new_bigrams(sample: Sample) -> None:
    known = {sentence[i : i + 2] for sentence in (*SIMPLIFIED, *TRADITIONAL) for i in range(5)}
    few, many = (
        {sentence[i : i + 2] for sentence in _sentences(generate(sample, posts)) for i in range(5)} - known
        for posts in (15, 200)
    )
    assert set() < few < many


def test_extracted_text_is_that_of_the_documents(sample: Sample, tmp_path: Path) -> None:
    write_posts(generate(sample, 8), tmp_path / "set")
    assert extract(tmp_path / "set", tmp_path / "set.jsonl", jobs=1) == 8
    post = random.Random(1).choice(read_extracted(tmp_path / "set.jsonl"))
    document, _ = read_document(post.path, (tmp_path / "set" / post.path).read_bytes())
    assert isinstance(post, Extracted)
    assert (post.title, post.body, tuple(post.tags)) == (document.title, document.body, document.tags)
