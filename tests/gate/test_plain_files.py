"""Files of the checkout: no link is followed, and a kill leaves the old file or the new one."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from ffinfra.gate.approvals import ApprovalStore, Outcome
from ffinfra.gate.plain_files import replace_file, write_new
from ffinfra.problems import OperationalError
from tests.gate.signing_people import NOW, record_of

RECORD = record_of("alex x\n")
OUTCOME = Outcome(approval=RECORD.identifier, started=NOW, ended=NOW, complete=True, performed=())


@pytest.fixture
def precious(tmp_path: Path) -> Path:
    """What a link would have overwritten."""
    file = tmp_path / "precious"
    file.write_text("as it was\n")
    return file


def test_a_link_in_the_place_of_an_outcome_is_replaced(tmp_path: Path, precious: Path) -> None:
    store = ApprovalStore(tmp_path / "approvals" / "prod")
    record = store.add(RECORD, None)
    outcome = record.with_name(record.name.replace(".record.", ".outcome."))
    for planted in (outcome, outcome.with_suffix(".partial"), record.with_name(f".{outcome.name}.new")):
        planted.symlink_to(precious)
    store.set_outcome(RECORD, OUTCOME)
    assert precious.read_text() == "as it was\n"
    (stored,) = store.all()
    assert (stored.outcome, outcome.is_symlink()) == (OUTCOME, False)


def test_a_link_to_nowhere_is_no_missing_outcome(tmp_path: Path) -> None:
    store = ApprovalStore(tmp_path / "approvals" / "prod")
    record = store.add(RECORD, None)
    record.with_name(record.name.replace(".record.", ".outcome.")).symlink_to(tmp_path / "nowhere")
    with pytest.raises(OperationalError, match="cannot be read"):
        store.all()


@pytest.mark.parametrize("linked", ["approvals", "approvals/prod"])
def test_a_folder_that_is_a_link_is_refused(tmp_path: Path, linked: str) -> None:
    (tmp_path / "elsewhere" / "prod").mkdir(parents=True)
    place = tmp_path / linked
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(tmp_path / "elsewhere")
    store = ApprovalStore(tmp_path / "approvals" / "prod")
    for attempt in (lambda: store.add(RECORD, None), lambda: store.set_outcome(RECORD, OUTCOME), store.all):
        with pytest.raises(OperationalError, match="is a link"):
            attempt()
    assert list((tmp_path / "elsewhere").rglob("*")) == [tmp_path / "elsewhere" / "prod"]


def test_a_new_file_is_written_through_no_link(tmp_path: Path, precious: Path) -> None:
    for target in (precious, tmp_path / "nowhere"):
        link = tmp_path / "link"
        link.unlink(missing_ok=True)
        link.symlink_to(target)
        with pytest.raises(OperationalError, match="is there already"):
            write_new(link, "x")
    assert (precious.read_text(), (tmp_path / "nowhere").exists()) == ("as it was\n", False)


def test_a_replaced_file_keeps_its_mode_and_leaves_nothing_beside(tmp_path: Path, precious: Path) -> None:
    precious.chmod(0o600)
    replace_file(precious, b"new\n")
    assert (precious.read_text(), stat.S_IMODE(precious.stat().st_mode)) == ("new\n", 0o600)
    assert list(tmp_path.iterdir()) == [precious]
