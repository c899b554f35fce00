"""``ffinfra admin``: a person comes and goes again, and nothing else in the files changes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ffinfra.network.administration import without_signer
from tests.commands.run import Runner
from tests.hosts.samples import ROOT

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHT1K24SuZWbQ8Ml4/ADr3vCbdmtebSdKWT80xDuRZs8 robin@musterstadt"
SIGNERS = (
    'alex@musterstadt.example namespaces="ffinfra-approval" ssh-ed25519 AAAA\n'
    '# kim\nkim namespaces="ffinfra-approval" ssh-ed25519 BBBB\n'
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    for name in ("Pulumi.yaml", "Pulumi.prod.yaml"):
        shutil.copy(ROOT / name, folder / name)
    (folder / ".allowed_signers").write_text(SIGNERS)
    (tmp_path / "robin.pub").write_text(f"{KEY}\n")
    return folder


def stack_file(project: Path) -> str:
    return (project / "Pulumi.prod.yaml").read_text()


def test_a_person_comes_and_goes(ffinfra: Runner, project: Path, tmp_path: Path) -> None:
    before, key = stack_file(project), str(tmp_path / "robin.pub")
    ran = ffinfra("admin", "add", "robin", "--ssh-key", key, "--signing-key", key, "--project", str(project))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("- Review it: git diff; then ffinfra preview")
    added = f"      - name: robin\n        ssh_keys:\n          - {KEY}\n"
    assert stack_file(project) == before.replace("    mesh:\n", f"{added}    mesh:\n", 1)
    signer = f'robin namespaces="ffinfra-approval" {" ".join(KEY.split()[:2])}\n'
    assert (project / ".allowed_signers").read_text() == SIGNERS + signer
    ran = ffinfra("admin", "remove", "robin", "--project", str(project), "--json")
    form = json.loads(ran.out)
    assert (ran.code, form["schema"], form["name"]) == (0, "ffinfra.admin/1", "robin")
    assert form["files"] == ["Pulumi.prod.yaml", ".allowed_signers"]
    assert ran.err == "".join(f"- {step}\n" for step in form["left"])
    assert (stack_file(project), (project / ".allowed_signers").read_text()) == (before, SIGNERS)


def test_what_else_a_leaving_one_means(ffinfra: Runner, project: Path) -> None:
    (project / "waivers.yaml").write_text(
        "waivers:\n  - {rule: shared-cpu, resources: supernodes.sn5, reason: for the test machine,"
        ' owner: alex, expires: "2026-12-31"}\n'
    )
    before = stack_file(project)
    ran = ffinfra("admin", "remove", "alex", "--project", str(project))
    assert ran.code == 0
    assert (
        stack_file(project)
        == before.replace(before[before.index("      - name: alex") :], "")
        + before[before.index("      - name: kim") :]
    )
    assert (project / ".allowed_signers").read_text() == SIGNERS.split("\n", 1)[1]
    said = ran.out.splitlines()
    assert said[4:] == [
        "- Take the person out of the accounts of: rheinrack, nordkolo, hetzner",
        (
            "- Find another owner for client-certificate rheinrack-console, which unlocks the console of vm1,"
            " to start it when it hangs"
        ),
        (
            "- Find another owner for api-token hetzner-token, which unlocks changes of hc1's servers and of the"
            " fallback's zones"
        ),
        "- Replace api-token cloudflare-token (kim renews it) and note its new day",
        "- Find another owner for tsig-key update-key, which unlocks changes of our zones",
        "- Find another owner for tsig-key transfer-key, which unlocks transfers to our secondaries",
        "- Remove administrator-key key-of-alex from credentials: it goes with the person",
        "- Find another owner for the waiver of shared-cpu on supernodes.sn5, or end it",
        "- Find somebody: kim alone would be left, and two must approve what destroys",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("remove", "robin"), "Pulumi.prod.yaml:9:5: there is no administrator robin. There are: alex, kim"),
        (("add", "kim", "--ssh-key", "{key}"), "kim stands here already"),
        (("add", "root", "--ssh-key", "{key}"), "root is an account of the system"),
        (("add", "robin", "--ssh-key", "/absent.pub"), "/absent.pub: is no public key of one line"),
    ],
)
def test_mistakes_leave_the_files_alone(
    ffinfra: Runner, project: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    before = stack_file(project)
    words = [word.format(key=tmp_path / "robin.pub") for word in arguments]
    ran = ffinfra("admin", *words, "--project", str(project))
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert (stack_file(project), (project / ".allowed_signers").read_text()) == (before, SIGNERS)


def test_a_name_that_begins_like_another_stays() -> None:
    text = "alexandra x\nalex@a.example,kim@b.example y\n"
    assert without_signer(text, "alex") == "alexandra x\n"
