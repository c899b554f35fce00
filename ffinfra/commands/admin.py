"""``ffinfra admin add | remove``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ffinfra.commands.printing import JsonOption, output, print_json
from ffinfra.commands.project_choice import ProjectOption, the_project
from ffinfra.gate.plain_files import replace_file
from ffinfra.gate.signers import SIGNERS_FILE
from ffinfra.gate.waivers import read_waivers
from ffinfra.network.administration import (
    leaving,
    with_administrator,
    with_signer,
    without_administrator,
    without_signer,
)
from ffinfra.network.reading import network_of, read_network
from ffinfra.problems import InvalidInputError, Place, Problem
from ffinfra.report.checkout_forms import AdminForm
from ffinfra.report.plain import plain
from ffinfra.stack import NETWORK_FILE
from ffinfra.yaml_document import parse_document

admin_app = typer.Typer(help="Who administers the network.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(help="The person's account name.")]


@admin_app.command("add")
def admin_add_command(
    name: NameArgument,
    ssh_key: Annotated[list[Path], typer.Option("--ssh-key", help="A public key to log in with (.pub).")],
    signing_key: Annotated[
        Path | None, typer.Option("--signing-key", help="The public key to approve with; without it, none.")
    ] = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a new administrator into the declarations, as one change to be reviewed and approved."""
    folder = the_project(project)
    file = folder / NETWORK_FILE
    text = with_administrator(
        file.read_text("utf-8"), NETWORK_FILE, name, [_public(path) for path in ssh_key]
    )
    network_of(parse_document(text, NETWORK_FILE))
    signers = folder / SIGNERS_FILE
    before = signers.read_text("utf-8") if signers.exists() else ""
    after = with_signer(before, name, _public(signing_key)) if signing_key is not None else before
    replace_file(file, text.encode())
    if after != before:
        replace_file(signers, after.encode())
    left = (
        "Review it: git diff; then ffinfra preview, ffinfra approve (by one who signs already), ffinfra apply",
        "Signers are a change of their own: ffinfra approve and ffinfra apply once more after that",
        "Give the person the passphrase of the stacks and tokens of their own, never yours",
        "Let them pin the signers on their laptop: ffinfra preview does; compare the SHA-256 by voice",
        f"Note the end of the new tokens and keys under credentials in {NETWORK_FILE}",
    )
    _tell(AdminForm(name=name, files=_written(after != before), left=left), as_json=as_json)


@admin_app.command("remove")
def admin_remove_command(
    name: NameArgument, project: ProjectOption = None, as_json: JsonOption = False
) -> None:
    """Take an administrator out of the declarations, and say what else must be done."""
    folder = the_project(project)
    file, signers = folder / NETWORK_FILE, folder / SIGNERS_FILE
    network = read_network(file, NETWORK_FILE)
    waivers = [str(waiver) for waiver in read_waivers(folder) if waiver.owner == name]
    text = without_administrator(file.read_text("utf-8"), NETWORK_FILE, name)
    network_of(parse_document(text, NETWORK_FILE))
    replace_file(file, text.encode())
    if signers.exists():
        replace_file(signers, without_signer(signers.read_text("utf-8"), name).encode())
    left = tuple(leaving(network, name, waivers))
    _tell(AdminForm(name=name, files=_written(signers.exists()), left=left), as_json=as_json)


def _written(signers: bool) -> tuple[str, ...]:
    return (NETWORK_FILE, SIGNERS_FILE) if signers else (NETWORK_FILE,)


def _tell(done: AdminForm, *, as_json: bool) -> None:
    for step in done.left:
        output(as_json).print(f"- {plain(step)}", markup=False)
    if as_json:
        print_json(done)


def _public(file: Path) -> str:
    """The one line of a public key; a private key is never read into a declaration.

    Raises:
        InvalidInputError: it is no public key.
    """
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        lines = [str(error)]
    if len(lines) == 1 and lines[0].startswith(("ssh-", "ecdsa-", "sk-")):
        return lines[0].strip()
    what = "is no public key of one line"
    raise InvalidInputError([Problem(place=Place(str(file)), what=what, way_out="Name the .pub file")])
