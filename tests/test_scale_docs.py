"""What docs/scale.md has users run: certificates that name their nodes, files that fit each other."""

from __future__ import annotations

import re
import shutil
import ssl
import subprocess
from pathlib import Path

import pytest
import yaml

SCALE = Path(__file__).parents[1] / "docs" / "scale"
PAGE = SCALE.with_suffix(".md").read_text(encoding="utf-8")


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_certificates_are_of_one_authority_and_name_the_nodes(tmp_path: Path) -> None:
    folder = tmp_path / "certificates"
    made = ["sh", SCALE / "certificates.sh", folder, "node1", "search.example.org"]
    subprocess.run(made, check=True, capture_output=True)
    for name, common_name in (("node", "searchkit-node"), ("admin", "searchkit-admin")):
        verified = ["openssl", "verify", "-CAfile", folder / "authority.pem", folder / f"{name}.pem"]
        assert subprocess.run(verified, capture_output=True, check=False).returncode == 0
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
        assert f"CN={common_name}" in (SCALE / "compose.yaml").read_text(encoding="utf-8")
    text = subprocess.check_output(["openssl", "x509", "-in", folder / "node.pem", "-noout", "-text"], text=True)
    assert {"DNS:localhost", "DNS:node1", "DNS:search.example.org"} <= set(re.findall(r"DNS:[\w.]+", text))
    assert (folder / "node.key").stat().st_mode & 0o077 == 0


def test_each_role_is_given_to_a_user_of_the_page() -> None:
    roles, mapping = (yaml.safe_load((SCALE / f"{name}.yml").read_text()) for name in ("roles", "roles_mapping"))
    own = {name for name in roles if name != "_meta"}
    assert own == {name for name in mapping if name.startswith("searchkit")}
    for name in own:
        [user] = mapping[name]["users"]
        assert f"{user}: {{hash:" in PAGE


def test_each_node_has_data_of_its_own_and_all_files_of_the_page() -> None:
    compose = yaml.safe_load((SCALE / "compose.yaml").read_text(encoding="utf-8"))
    nodes = compose["services"]
    assert ",".join(nodes) == compose["x-environment"]["discovery.seed_hosts"]
    mounted = [{volume.partition(":")[0] for volume in node["volumes"]} for node in nodes.values()]
    files = {"./certificates", "./internal_users.yml", "./roles.yml", "./roles_mapping.yml"}
    assert all(files < volumes for volumes in mounted)
    assert {name for volumes in mounted for name in volumes - files} == set(compose["volumes"])
