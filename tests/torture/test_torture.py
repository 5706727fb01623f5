"""The first attempts of each kind of ``make torture``; its own seed, so that a failure comes again."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import pytest

from torture import FEW, Unavailable, kinds

KINDS = kinds()


@pytest.mark.parametrize("name", KINDS)
def test_the_first_attempts(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # where a fuzzed file name leads
    kind = KINDS[name]
    attempts = kind.attempts(random.Random(name), tmp_path)
    try:
        assert [failure for failure in itertools.islice(attempts, getattr(kind, "FEW", FEW)) if failure] == []
    except Unavailable as error:
        pytest.skip(str(error))
