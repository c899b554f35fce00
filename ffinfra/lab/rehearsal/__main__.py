"""``python -m ffinfra.lab.rehearsal CHECKOUT``: the rehearsal inside the lab's namespaces.

``ffinfra lab run`` starts it there; a person calls that command instead.
"""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console

from ffinfra.exit_codes import ExitCode
from ffinfra.gate.refusal import ApprovalRefusedError
from ffinfra.lab.places import LabPlaces
from ffinfra.lab.rehearsal.result import lab_run_form
from ffinfra.lab.rehearsal.steps import Rehearsal
from ffinfra.lab.rehearsal.timeline import StepFailedError, Timeline
from ffinfra.lab.standing import inside
from ffinfra.problems import InvalidInputError, OperationalError
from ffinfra.report.lab_run import write_report

FORESEEN = (StepFailedError, OperationalError, InvalidInputError, ApprovalRefusedError)


def main() -> int:
    """Rehearse, write result and report, and say in the exit code whether every step was verified."""
    places = LabPlaces(Path(sys.argv[1]))
    timeline = Timeline(Console(stderr=True, highlight=False, soft_wrap=True))
    rehearsal = Rehearsal(inside(places), timeline)
    failure: str | None = None
    try:
        rehearsal.run()
    except FORESEEN as error:
        failure = str(error)
    form = lab_run_form(timeline, finished=failure is None, outage=rehearsal.outage, failure=failure)
    places.result.write_text(form.model_dump_json(indent=2, by_alias=True) + "\n")
    write_report(places.report, form, rehearsal)
    return ExitCode.OK if form.verified else ExitCode.FAILED


if __name__ == "__main__":
    sys.exit(main())
