"""``ffinfra adopt``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ffinfra.adoption.delegations_file import Found
from ffinfra.adoption.found import Living
from ffinfra.adoption.layout import layout_of, nameserver_names
from ffinfra.adoption.listing import OwnPrimary, list_living
from ffinfra.adoption.machine_entries import Told
from ffinfra.adoption.resolving import resolve
from ffinfra.adoption.writing import Written, is_declared, open_in, write, write_answered
from ffinfra.commands.adopt_run import AdoptRun, Taken
from ffinfra.commands.dns.asking import (
    HintsOption,
    Ipv4Option,
    Ipv6Option,
    PortOption,
    Where,
    where_to_ask,
)
from ffinfra.commands.printing import JsonOption, output, print_json, problem_form, talk
from ffinfra.commands.project_choice import ProjectOption, the_project
from ffinfra.dns.check.naming import absolute, short
from ffinfra.dns.sources.server import KEY_VARIABLE, key_of, server_of
from ffinfra.exit_codes import ExitCode
from ffinfra.hosts.secrets import UPDATE_KEY
from ffinfra.problems import InvalidInputError, Place, Problem
from ffinfra.report.adopt_form import AdoptedStackForm, AdoptForm
from ffinfra.report.schemas import ChangeForm
from ffinfra.stack import read_declarations

_ALGORITHM = "hmac-sha256"
_KEY_FORM = f"{_ALGORITHM}:{UPDATE_KEY}:SECRET"

KnotOption = Annotated[
    str | None,
    typer.Option(
        "--knot",
        help=f"Our own primary, ADDRESS or ADDRESS@PORT; its key in {KEY_VARIABLE}: {_KEY_FORM}.",
    ),
]
ZoneOption = Annotated[
    list[str] | None, typer.Option("--zone", help="A zone on our own primary; may be repeated.")
]
SupernodeOption = Annotated[
    list[str] | None,
    typer.Option("--supernode", help="A server at Hetzner that is a supernode; may be repeated."),
]


def adopt_command(  # noqa: PLR0913, PLR0917  an option each
    knot: KnotOption = None,
    zone: ZoneOption = None,
    supernode: SupernodeOption = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Write all declarations anew.")] = False,
    hints: HintsOption = None,
    port: PortOption = 53,
    ipv4: Ipv4Option = True,
    ipv6: Ipv6Option = True,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take over a living network: write its declarations, import it, and show that nothing would change.

    Providers are only read, with HCLOUD_TOKEN and CLOUDFLARE_API_TOKEN. Run it again once its questions are
    answered. Exit 0: nothing would change; 3: there are open questions, or something would.
    """
    folder, console = the_project(project), talk()
    result = output(as_json)
    reach = where_to_ask(hints, port, ipv4=ipv4, ipv6=ipv6)
    primary = _primary(knot, zone)
    with console.status("listing what stands"):
        living = list_living(os.environ, primary)
    _say_found(console, living)
    told = Told(ip_address(primary.server.address) if primary else None, tuple(supernode or ()))
    written = _written(folder, living, told, reach, overwrite=overwrite)
    for line in (*(f"wrote {file}" for file in written.files), *written.remarks):
        console.print(line, markup=False)
    questions = open_in(folder)
    for question in questions:
        result.print(str(question), markup=False)
    taken: tuple[Taken, ...] = ()
    if questions:
        console.print(f"{len(questions)} open questions: answer them in the files, then run the same again")
    else:
        taken = AdoptRun(folder, living, read_declarations(folder), reach, console, result).run()
    if as_json:
        print_json(_form(living, written, questions, taken))
    left = bool(questions) or any(one.left for one in taken)
    raise typer.Exit(ExitCode.FINDING if left else ExitCode.OK)


def _say_found(console: Console, living: Living) -> None:
    console.print(
        f"found: {len(living.servers)} servers, {len(living.addresses)} addresses, {len(living.zones)} zones"
    )
    for skipped in living.skipped:
        console.print(f"skipped: {skipped}", markup=False)


def _written(folder: Path, living: Living, told: Told, reach: Where, *, overwrite: bool) -> Written:
    """The declarations where they are missing, then the files of zones whose holder was a question."""
    written = Written((), ())
    if overwrite or not is_declared(folder):
        resolved = resolve(nameserver_names(living), reach.hints, reach.port, reach.families)
        found = Found(living, layout_of(living, resolved), resolved)
        written = write(folder, found, told, overwrite=overwrite)
    return written if open_in(folder) else written + write_answered(folder, living)


def _form(
    living: Living, written: Written, questions: Sequence[Problem], taken: Sequence[Taken]
) -> AdoptForm:
    return AdoptForm(
        servers=len(living.servers),
        addresses=len(living.addresses),
        zones=len(living.zones),
        skipped=living.skipped,
        files=written.files,
        remarks=written.remarks,
        questions=tuple(problem_form(one) for one in questions),
        stacks=tuple(
            AdoptedStackForm(stack=one.stack, changes=tuple(ChangeForm.of(change) for change in one.left))
            for one in taken
        ),
    )


def _primary(knot: str | None, zones: list[str] | None) -> OwnPrimary | None:
    """What a person said of our own primary.

    Raises:
        InvalidInputError: zones without a primary or the reverse, or a key of another kind.
    """
    if (knot is None) != (not zones):
        raise _wrong(
            "ffinfra adopt", "--knot and --zone are given without each other", "Give both, or neither"
        )
    if knot is None:
        return None
    key = key_of(os.environ)
    if key is None or (key.name.rstrip("."), key.algorithm) != (UPDATE_KEY, _ALGORITHM):
        raise _wrong(
            KEY_VARIABLE,
            f"holds no key of the name {UPDATE_KEY} and the algorithm {_ALGORITHM}",
            f"Give our own primary such a key that may transfer and update the zones, and export {_KEY_FORM}",
        )
    return OwnPrimary(server_of(knot), key, tuple(f"{short(absolute(one))}." for one in zones or ()))


def _wrong(where: str, what: str, way_out: str) -> InvalidInputError:
    return InvalidInputError([Problem(place=Place(where), what=what, way_out=way_out)])
