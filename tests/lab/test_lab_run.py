"""The main job, whole: the sample network built, cut off, switched over, brought back, each step verified."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from tests.hosts.isolation import needs
from tests.lab.checkout import CHECKOUT, make_checkout

pytestmark = pytest.mark.full

NOBODY: Final = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")

BUILT = [
    ["prod: preview, findings, approval", "prod: apply", "prod: the APIs agree"],
    ["failover: preview, findings, approval", "failover: apply", "failover: the APIs agree"],
]
"""Side by side."""

NIGHT = [
    "own nameservers answer",
    "all own nameservers lose power: names stop resolving",
    "failover to fallback: preview, findings, approval",
    "failover to fallback: apply",
    "the fallback answers",
    "own nameservers come back",
    "failover to primary: preview, findings, approval",
    "failover to primary: apply",
    "own nameservers answer again",
    "failover: the APIs agree again",
]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a checkout but the lab's own folder, the linked ones and what Python compiles."""
    left_out = {".lab", ".venv", ".tools", "__pycache__"}
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not left_out & set(path.relative_to(folder).parts)
    }


def test_every_step_is_verified(short_path: Path) -> None:
    checkout = make_checkout(short_path / "checkout")
    told = listen_for_secrets(checkout, short_path / "secrets")
    before = contents(checkout)
    done = ran(checkout)
    result = result_of(done)
    assert_built_then_night(result, NIGHT)
    titles = [step["title"] for step in result["steps"]]
    assert sorted(titles) == sorted([*BUILT[0], *BUILT[1], *NIGHT])
    assert json.loads((checkout / ".lab" / "run.json").read_text()) == result
    assert "every step verified" in (checkout / ".lab" / "report.html").read_text()
    assert contents(checkout) == before
    assert not (checkout / ".lab" / "work").exists()
    assert_no_secret_in(checkout, done, told)


@pytest.mark.long
@pytest.mark.root
def test_an_ordinary_user_needs_no_root(short_path: Path) -> None:
    """Here by root, who becomes nobody first; whoever runs the tests as an ordinary user has that of all others."""
    if os.geteuid() != 0:
        pytest.skip("the whole run is an ordinary user's already")
    short_path.chmod(0o755)
    checkout = make_checkout(short_path / "checkout")
    home = short_path / "home"
    home.mkdir()
    subprocess.run(["chown", "--recursive", "nobody", home, checkout], check=True)
    opened = _opened(Path(sys.executable).resolve(), CHECKOUT)
    before = ["unshare", "--mount", "sh", "-ec", f'{opened}exec "$@"', "sh", *NOBODY]
    result = rehearsed(checkout, before=before, variables={"HOME": str(home), "PATH": "/usr/bin:/bin"})
    assert_built_then_night(result, NIGHT)
    assert {path.owner() for path in (checkout / ".lab").rglob("*")} == {"nobody"}


def _opened(*paths: Path) -> str:
    """Shell commands for a mount namespace, in which others may come to paths below folders of root's alone."""
    kept: dict[Path, set[Path]] = {}
    for path in paths:
        closed = [folder for folder in path.parents if not folder.stat().st_mode & 0o001]
        if closed:
            kept.setdefault(closed[-1], set()).add(closed[-1] / path.relative_to(closed[-1]).parts[0])
    return "".join(_open_for(folder, sorted(inside)) for folder, inside in kept.items())


def _open_for(folder: Path, kept: Sequence[Path]) -> str:
    lines = [
        "kept=$(mktemp --directory)",
        *(f"mkdir $kept/{path.name}; mount --bind {path} $kept/{path.name}" for path in kept),
        f"mount --types tmpfs --options mode=755 none {folder}",
        *(f"mkdir {path}; mount --bind $kept/{path.name} {path}" for path in kept),
        *(f"umount $kept/{path.name}; rmdir $kept/{path.name}" for path in kept),
        "rmdir $kept",
    ]
    return "".join(f"{line}\n" for line in lines)


@pytest.mark.long
@pytest.mark.root
def test_with_machines_that_boot(short_path: Path) -> None:
    """The same night of all nine servers as Debian, the nameservers among them."""
    if os.geteuid() != 0:
        pytest.skip("machines need root")
    needs("systemd-nspawn", "debootstrap", "ansible-playbook", "ssh")
    result = rehearsed(make_checkout(short_path / "checkout"), "--machines", "nspawn")
    alive = "every machine runs its daemons"
    back = NIGHT.index("own nameservers come back") + 1
    assert_built_then_night(result, [alive, *NIGHT[:back], alive, *NIGHT[back:]])


def listen_for_secrets(checkout: Path, file: Path) -> Path:
    """Have the engine's command note what secrets a lab is given: they are gone when it has ended."""
    tools = checkout / ".tools"
    given = tools.resolve()
    engine = shutil.which("pulumi", path=os.pathsep.join([str(given / "bin"), os.environ["PATH"]]))
    assert engine is not None
    tools.unlink()
    (tools / "bin").mkdir(parents=True)
    for folder, there in ((tools, given), (tools / "bin", given / "bin")):
        for one in there.iterdir() if there.is_dir() else ():
            if one.name not in {"bin", "pulumi"}:
                (folder / one.name).symlink_to(one)
    command = tools / "bin" / "pulumi"
    command.write_text(LISTENER.format(file=file, engine=engine))
    command.chmod(0o755)
    return file


LISTENER: Final = """\
#!/bin/sh
if [ "$1 $2" = "config set-all" ]; then
    for name in PULUMI_CONFIG_PASSPHRASE HCLOUD_TOKEN CLOUDFLARE_API_TOKEN; do
        eval "echo \\"$name=\\$$name\\"" >>{file}
    done
    for argument in "$@"; do
        [ "$before" != --secret ] || echo "$argument" >>{file}
        before=$argument
    done
fi
exec {engine} "$@"
"""


def assert_no_secret_in(checkout: Path, done: subprocess.CompletedProcess[str], told: Path) -> None:
    """Neither what is kept of a run nor what it prints holds a secret that the lab was given."""
    secrets = [tuple(line.split("=", 1)) for line in told.read_text().splitlines()]
    kinds = {name.split(":")[-1].split(".")[0] for name, _ in secrets}
    tokens = {"PULUMI_CONFIG_PASSPHRASE", "HCLOUD_TOKEN", "CLOUDFLARE_API_TOKEN"}
    assert kinds == {"gateKey", "tsig", "fastdSecrets", *tokens}
    assert all(len(value) >= 32 for _, value in secrets)
    texts = {file: (checkout / ".lab" / file).read_text() for file in ("report.html", "run.json")}
    texts |= {"stdout": done.stdout, "stderr": done.stderr}
    whole = {where: "".join(text.split()) for where, text in texts.items()}  # a terminal folds long lines
    assert [(name, where) for name, value in secrets for where in whole if value in whole[where]] == []


def rehearsed(
    checkout: Path, *options: str, before: Sequence[str] = (), variables: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What a whole run tells programs."""
    return result_of(ran(checkout, *options, before=before, variables=variables))


def ran(
    checkout: Path, *options: str, before: Sequence[str] = (), variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """A whole run."""
    return subprocess.run(
        [*before, sys.executable, "-m", "ffinfra.cli", "lab", "run", "--json", *options],
        cwd=checkout, env={**os.environ, **(variables or {})},
        capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip


def result_of(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """What a run that succeeded told programs."""
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    assert result["schema"] == "ffinfra.lab-run/1"
    return result


def assert_built_then_night(result: dict[str, Any], night: list[str]) -> None:
    """Every step is verified; both stacks are built before the night, whose steps follow each other."""
    assert all(step["verified"] for step in result["steps"])
    titles = [step["title"] for step in result["steps"]]
    for chain in BUILT:
        assert [title for title in titles if title in chain] == chain
    assert [title for title in titles if title in night] == night
    assert max(titles.index("prod: apply"), titles.index("failover: apply")) < titles.index(night[0])
