"""The vocabulary that is kept beside a generation: the local engine's counts, whatever the history of the index."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.engines.opensearch.analysis.analysed import Analysed
from searchkit.engines.opensearch.commit.columns import COMPLETIONS, COUNTED_FIELDS
from searchkit.engines.opensearch.indexing.verifying import KeptVocabulary
from searchkit.engines.opensearch.indexing.vocabulary import Vocabulary
from searchkit.model import Document
from tests.opensearch.in_memory import Node
from tests.opensearch.test_analysis import DOCUMENTS, LEXICON, local_terms


def vocabulary_of(documents: list[Document]) -> Vocabulary:
    return Vocabulary.of(documents, Analysed(documents, LEXICON), LEXICON)


@settings(max_examples=25)
@given(DOCUMENTS)
def test_it_counts_the_posts_that_the_local_engine_finds_with_each_term(documents: list[Document]) -> None:
    local, _ = local_terms(documents)
    for field in COUNTED_FIELDS:
        expected = Counter(term for terms in local[field].values() for term in terms)
        assert vocabulary_of(documents).doc_freqs[field] == expected


@settings(max_examples=25)
@given(DOCUMENTS, st.data())
def test_it_depends_on_the_posts_alone_not_on_how_they_came(documents: list[Document], data: st.DataObject) -> None:
    batches = [vocabulary_of([document]) for document in data.draw(st.permutations(documents))]
    vocabulary = Vocabulary()
    vocabulary.add(Vocabulary.from_bytes(batch.to_bytes()) for batch in batches)
    assert vocabulary.to_blobs() == vocabulary_of(documents).to_blobs()

    removed = data.draw(st.sets(st.sampled_from(range(len(documents)))))
    vocabulary = Vocabulary.from_blobs(vocabulary.to_blobs().__getitem__)
    vocabulary.remove(vocabulary_of([documents[number]]) for number in removed)
    rest = [document for number, document in enumerate(documents) if number not in removed]
    assert vocabulary.to_blobs() == vocabulary_of(rest).to_blobs()


def test_a_title_of_each_post_is_kept_by_path() -> None:
    documents = [Document(path, title, None, "", "", (), "") for path, title in (("b", "港口新闻"), ("a", "國際 Go"))]
    kept = Vocabulary.from_blobs(vocabulary_of(documents).to_blobs().__getitem__).posts
    assert (kept.paths, kept.written) == (["a", "b"], ["國際 Go", "港口新闻"])
    titles = "".join(map(chr, kept.titles.codes.tolist())).split("\0")[:-1]
    assert titles == ["国际 go", "港口新闻"]
    assert np.flatnonzero(kept.titles.boundaries).tolist() == [0, 2, 3, 6], "an own word is one"


POSTS = [Document(f"{name}.md", f"港口新闻 {name}", None, "晨光", "", ("港",), name) for name in "abc"]


@pytest.mark.parametrize(
    ("kept", "found"),
    [
        (POSTS, []),
        (POSTS[:2], ["that of other posts", "2 posts with '港' instead of 3"]),
        ([*POSTS[:2], replace(POSTS[2], title="新闻")], ["c.md: another title"]),
        ([*POSTS[:2], replace(POSTS[2], body="c d")], ["words: 1 posts with 'd' instead of 0"]),
    ],
)
def test_a_check_finds_what_is_not_that_of_the_documents(kept: list[Document], found: list[str]) -> None:
    blobs = vocabulary_of(kept).to_blobs()
    check = KeptVocabulary(blobs.__getitem__, Node(POSTS, LEXICON).search)
    problems = "\n".join(check.problems([post.path for post in POSTS], sample=None))
    assert all(part in problems for part in found)
    assert bool(problems) == bool(found)


def test_a_check_finds_what_does_not_follow_from_the_rest() -> None:
    blobs = vocabulary_of(POSTS).to_blobs() | {COMPLETIONS: vocabulary_of(POSTS[:2]).to_blobs()[COMPLETIONS]}
    problems = KeptVocabulary(blobs.__getitem__, Node(POSTS, LEXICON).search).problems("abc", sample=1)
    assert next(problems).startswith("vocabulary.completions does not follow")
