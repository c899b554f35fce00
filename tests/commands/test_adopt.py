"""``ffinfra adopt``: what a person says wrongly is told before anything is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.run import Runner

ROOT = Path(__file__).resolve().parents[2]
SECRET = "c2VjcmV0IHRoYXQgbm9ib2R5IGlzIHRvIHNlZQ=="


@pytest.fixture
def ffinfra(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Runner:
    """The command line, in an environment without tokens."""
    for name in ("HCLOUD_TOKEN", "CLOUDFLARE_API_TOKEN", "FFINFRA_IMPORT_TSIG"):
        monkeypatch.delenv(name, raising=False)
    return Runner(monkeypatch, capfd)


@pytest.mark.parametrize("key", [None, f"hmac-sha256:admin:{SECRET}", f"hmac-sha512:update:{SECRET}"])
def test_a_key_of_another_kind(ffinfra: Runner, monkeypatch: pytest.MonkeyPatch, key: str | None) -> None:
    if key is not None:
        monkeypatch.setenv("FFINFRA_IMPORT_TSIG", key)
    ran = ffinfra("adopt", "--knot", "192.0.2.53", "--zone", "mesh.example", "--project", str(ROOT))
    assert ran.code == 2
    assert ran.err.splitlines()[1:] == [
        (
            "FFINFRA_IMPORT_TSIG: holds no key of the name update and the algorithm hmac-sha256. Give our own primary"
            " such a key that may transfer and update the zones, and export hmac-sha256:update:SECRET"
        )
    ]


@pytest.mark.parametrize("words", [("--knot", "192.0.2.53"), ("--zone", "mesh.example")])
def test_a_primary_without_zones_or_the_reverse(ffinfra: Runner, words: tuple[str, str]) -> None:
    ran = ffinfra("adopt", *words, "--project", str(ROOT))
    assert ran.code == 2
    assert "--knot and --zone are given without each other. Give both, or neither" in ran.err
