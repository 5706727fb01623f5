"""What a rebuild and a search leave behind holds no password."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path

import searchkit
from opensearch.cluster import Cluster
from tests.conftest import write_posts

USER, PASSWORD = "reader", "correct-horse-battery"


def test_a_password_is_in_no_index_no_file_and_no_output(cluster: Cluster, address: str, tmp_path: Path) -> None:
    """The node asks for none, and so takes any."""
    write_posts(tmp_path / "posts", {"a.md": "香港与内地通关", "b.md": "消息"})
    home = tmp_path / "home"
    home.mkdir()
    secret = {"SEARCHKIT_OPENSEARCH_USER": USER, "SEARCHKIT_OPENSEARCH_PASSWORD": PASSWORD}
    env = {"HOME": str(home), "PYTHONPATH": str(Path(searchkit.__file__).parents[1]), **secret}
    texts = []
    for command in (["rebuild-index", "--corpus", "posts"], ["search", "通关"], ["check"]):
        ran = [sys.executable, "-m", "searchkit", *command, "--index", address]
        done = subprocess.run(ran, env=env, cwd=tmp_path, capture_output=True, text=True, check=False)
        texts += [done.stdout, done.stderr]
        assert done.returncode == 0, done.stderr
    texts += [file.read_text(encoding="utf-8", errors="replace") for file in tmp_path.rglob("*") if file.is_file()]
    alias = address.rpartition("/")[2]
    for what in ("_mapping", "_settings", "_alias", "_search?size=1000"):
        texts.append(json.dumps(cluster.call(f"{alias}-*/{what}"), ensure_ascii=False))
    kept = "\n".join(texts)
    assert "通关" in kept
    assert [word for word in (PASSWORD, token()) if word in kept] == []


def token() -> str:
    return base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
