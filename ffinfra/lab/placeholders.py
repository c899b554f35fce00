"""A preview without any secret of production: in a copy of the project, over an empty state, by the stand-ins.

For pull requests of people whom nobody trusts with a passphrase. Everything shows as new, so it tells whether the
program runs and what the rules say of the declarations, not what would change.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ffinfra.gate.previewing import Gate
from ffinfra.lab.grade import MachineGrade
from ffinfra.lab.places import LabPlaces
from ffinfra.lab.plugins.package import install
from ffinfra.lab.reaching import reaching_environment, transport_configuration
from ffinfra.lab.work_copy import make_environment, make_signer, make_stacks, make_work_copy


@contextmanager
def placeholder_gate(checkout: Path, stack: str) -> Iterator[Gate]:
    """The gate of a stack with placeholders for all secrets; what it made is removed afterwards.

    Raises:
        OperationalError: the engine, ssh-keygen or fastd is missing or refuses.
    """
    with tempfile.TemporaryDirectory(prefix="ffinfra-") as folder:
        places = LabPlaces(checkout, Path(folder))
        make_work_copy(places)
        environment = make_environment(places, reaching_environment(places, MachineGrade.FILES))
        pulumi = shutil.which("pulumi", path=environment["PATH"]) or "pulumi"
        install(places.pulumi_home, pulumi=pulumi, python=Path(sys.executable))
        make_signer(places)
        make_stacks(places, environment, transport_configuration(places, MachineGrade.FILES))
        yield Gate(places.work, stack, environment)
