"""A preview without any secret of production: in a copy of the project, by the stand-ins.

For pull requests of people whom nobody trusts with a passphrase. Where an outline of the state lies in
approvals/outlines/, the preview is over that: it shows what would be changed, replaced and deleted, and takes what is
secret as unchanged. Without one everything shows as new: it tells whether the program runs and what the rules say.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from ffinfra.gate.digest import parse_digest
from ffinfra.gate.engine import Engine
from ffinfra.gate.outline import asked_inputs, deployment_of, outline_file
from ffinfra.gate.plain_files import read_once
from ffinfra.gate.previewing import Gate
from ffinfra.lab.grade import MachineGrade
from ffinfra.lab.places import LabPlaces
from ffinfra.lab.plugins.package import install
from ffinfra.lab.reaching import reaching_environment
from ffinfra.lab.work_copy import make_environment, make_placeholder_stacks, make_signer, make_work_copy
from ffinfra.problems import OperationalError


@contextmanager
def placeholder_gate(checkout: Path, stack: str) -> Iterator[Gate]:
    """The gate of a stack with placeholders for all secrets; what it made is removed afterwards.

    Raises:
        InvalidInputError: configuration or declarations have mistakes, or the outline is none.
        OperationalError: the engine or ssh-keygen is missing or refuses.
    """
    with tempfile.TemporaryDirectory(prefix="ffinfra-") as folder:
        places = LabPlaces(checkout, Path(folder))
        make_work_copy(places, keep_transports=True)
        environment = make_environment(places, reaching_environment(places, MachineGrade.FILES))
        pulumi = shutil.which("pulumi", path=environment["PATH"]) or "pulumi"
        install(places.pulumi_home, pulumi=pulumi, python=Path(sys.executable))
        make_signer(places)
        make_placeholder_stacks(places, environment)
        gate = Gate(places.work, stack, environment)
        outline = outline_file(checkout, stack)
        if outline.exists():
            _begin_from(gate.engine, read_once(outline), outline.relative_to(checkout).as_posix())
        yield gate


def _begin_from(engine: Engine, outline: str, name: str) -> None:
    """Give the empty stack the outlined state."""
    preview = engine.preview()
    if preview.plan is None:
        errors = [one.message.strip() for one in parse_digest(preview.digest, "the preview").errors]
        what = " / ".join(errors) or preview.talk.strip()[-300:]
        raise OperationalError(f"the preview of {engine.stack} failed: {what}", "See ffinfra config check")
    file = engine.project / f".outline.{engine.stack}.json"
    salt = yaml.safe_load((engine.project / f"Pulumi.{engine.stack}.yaml").read_text("utf-8"))[
        "encryptionsalt"
    ]
    file.write_text(deployment_of(outline, name, asked_inputs(preview.plan), salt))
    done = engine.run(["stack", "import", "--file", str(file)], timeout=120)
    file.unlink()
    if done.returncode:
        raise OperationalError(
            f"the engine does not take {name}: {done.stderr.strip()[:300]}",
            "Let the next apply write it anew",
        )
