"""Setting a lab up: the copy of the project, keys and stacks, the namespace and its daemons."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from ffinfra.lab import work_copy
from ffinfra.lab.daemons.booted_machines import guest_packages
from ffinfra.lab.daemons.clouds import refuse_who_is_not_played
from ffinfra.lab.grade import MachineGrade
from ffinfra.lab.namespace.unshared import Namespace, holder_of, start_unshared
from ffinfra.lab.nspawn.base import base_root
from ffinfra.lab.places import LabPlaces
from ffinfra.lab.plugins.package import install
from ffinfra.lab.reaching import make_login, reaching_environment, transport_configuration
from ffinfra.lab.standing import Lab, clear, locked_lab
from ffinfra.problems import OperationalError
from ffinfra.stack import read_declarations


def set_up(
    places: LabPlaces,
    *,
    tied: bool,
    say: Callable[[str], None],
    grade: MachineGrade = MachineGrade.FILES,
) -> Lab:
    """Set up a lab.

    Args:
        places: its folders.
        tied: whether it is to end with this process, however that ends.
        say: told what happens.
        grade: how real its machines are.

    Raises:
        InvalidInputError: configuration or declarations have mistakes.
        OperationalError: a lab stands already, something is missing on this machine, or a zone is held by somebody
            whom nobody plays.
    """
    places.check()
    with locked_lab(places) as lock:
        clear(places)
        try:
            environment = _made(places, grade, say)
            say("starting root, top-level domain, clouds and resolver")
            process = start_unshared(
                [sys.executable, "-m", "ffinfra.lab.supervisor", str(places.checkout), grade.value],
                environment=environment,
                tied=tied,
                keep_open=[lock],
                log=places.run / "supervisor.log",
                own_users=grade is MachineGrade.FILES,
            )
        except BaseException:
            clear(places)
            raise
        try:
            namespace = _ready(process)
        except KeyboardInterrupt:
            process.kill()
            process.wait()
            clear(places)
            raise
    lab = Lab(places, namespace, environment)
    (places.run / "lab.json").write_text(json.dumps({"holder": namespace.holder, "starter": process.pid}))
    return lab


def _made(places: LabPlaces, grade: MachineGrade, say: Callable[[str], None]) -> dict[str, str]:
    """Make the files of a lab; returns the environment of everything in it."""
    places.run.mkdir(parents=True)
    say("copying the project, making keys and stacks")
    work_copy.make_work_copy(places)
    declarations = read_declarations(places.work)
    refuse_who_is_not_played(declarations.delegations)
    environment = work_copy.make_environment(places, reaching_environment(places, grade))
    work_copy.make_signer(places)
    if grade is MachineGrade.NSPAWN:
        make_login(places)
        base_root(guest_packages(declarations.network), say)
    install(places.pulumi_home, pulumi=_pulumi(environment), python=Path(sys.executable))
    transport = transport_configuration(places, grade)
    work_copy.make_stacks(places, environment, transport, declarations.delegations)
    return environment


def _ready(process: subprocess.Popen[bytes]) -> Namespace:
    assert process.stdout is not None
    line = process.stdout.readline()
    process.stdout.close()
    try:
        reply = json.loads(line or b"{}")
    except ValueError:
        reply = {"message": line.decode(errors="replace")}
    if not reply.get("ok"):
        process.kill()
        process.wait()
        raise OperationalError(
            f"the lab does not come up: {reply.get('message', 'no word from its supervisor')}", "See .lab/run"
        )
    return holder_of(process)


def _pulumi(environment: Mapping[str, str]) -> str:
    found = shutil.which("pulumi", path=environment["PATH"])
    if found is None:
        raise OperationalError("pulumi is missing", "Run make setup in the checkout")
    return found
