"""What cannot be set up is refused before anything is made, and leaves nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from ffinfra.lab.places import LabPlaces
from ffinfra.lab.setting_up import set_up
from ffinfra.problems import InvalidInputError, OperationalError
from tests.lab.checkout import make_checkout


def refused(checkout: Path) -> Exception:
    """Why no lab comes up; the lock alone stays."""
    with pytest.raises((InvalidInputError, OperationalError)) as raised:
        set_up(LabPlaces(checkout), tied=True, say=lambda _: None)
    assert [file.name for file in (checkout / ".lab").iterdir()] == ["lock"]
    return raised.value


def test_a_friend_whom_nobody_plays(tmp_path: Path) -> None:
    checkout = make_checkout(tmp_path / "checkout")
    file = checkout / "dns" / "delegations.yaml"
    file.write_text(file.read_text().replace("fallback_backend: hetzner", "fallback_backend: friend"))
    assert str(refused(checkout)) == (
        "the lab plays no friend's nameservers, and one keeps ff.musterstadt.example warm. "
        "Let Hetzner keep the zone warm, in the lab's checkout"
    )


def test_declarations_with_mistakes(tmp_path: Path) -> None:
    checkout = make_checkout(tmp_path / "checkout")
    file = checkout / "dns" / "delegations.yaml"
    file.write_text(file.read_text().replace("ttl: 300 ", "ttl: soon"))
    error = refused(checkout)
    assert isinstance(error, InvalidInputError)
    assert [problem.path for problem in error.problems] == ["parent.ttl"]
