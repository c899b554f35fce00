"""``ffinfra alarm``."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Annotated

import httpx
import typer

from ffinfra.commands.printing import JsonOption, output, print_json, talk
from ffinfra.exit_codes import ExitCode
from ffinfra.problems import InvalidInputError, OperationalError, Place, Problem
from ffinfra.report.alarm import alarms_of
from ffinfra.report.alarm_form import AlarmForm
from ffinfra.report.plain import plain

SENDMAIL = "/usr/sbin/sendmail"
TIMEOUT = 30
"""Seconds."""


def alarm_command(
    files: Annotated[list[Path], typer.Argument(help="Results: what a command printed with --json.")],
    mail: Annotated[list[str] | None, typer.Option("--mail", help="Send a mail to this address.")] = None,
    webhook: Annotated[
        str | None,
        typer.Option("--webhook", help='Post {"text": ...} to this address.', envvar="FFINFRA_WEBHOOK"),
    ] = None,
    sendmail: Annotated[
        str, typer.Option("--sendmail", help="The local mail program.", envvar="FFINFRA_SENDMAIL")
    ] = SENDMAIL,
    as_json: JsonOption = False,
) -> None:
    """Tell somebody what drift, credentials, readiness, previews or the log found. Exit 0: nothing; 3: told."""
    found = [sentence for file in files for sentence in alarms_of(_read(file), str(file))]
    for sentence in found:
        output(as_json).print(plain(sentence), markup=False)
    if found and mail:
        _mail(mail, found, sendmail)
    if found and webhook:
        _post(webhook, found)
    if found and not (mail or webhook):
        talk().print("nobody was told: give --mail or --webhook")
    if as_json:
        print_json(AlarmForm(alarms=tuple(found), told=bool(found and (mail or webhook))))
    raise typer.Exit(ExitCode.FINDING if found else ExitCode.OK)


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(
            [Problem(place=Place(str(file)), what=f"cannot be read ({error})", way_out="Name a result")]
        ) from error


def _mail(addresses: Sequence[str], found: Sequence[str], sendmail: str) -> None:
    """Recipients stand in the message (``-t``), so that none can be taken for an option of the program."""
    message = EmailMessage(policy=SMTP)
    try:
        message["To"] = ", ".join(addresses)
        message["Subject"] = f"ffinfra: {len(found)} things to look at"
    except (ValueError, IndexError) as error:
        raise InvalidInputError(
            [Problem(place=Place("--mail"), what=f"is no address ({error})", way_out="Give one address each")]
        ) from error
    message.set_content("".join(f"- {plain(sentence)}\n" for sentence in found))
    try:
        done = subprocess.run(
            [sendmail, "-t", "-oi"],
            input=message.as_bytes(policy=SMTP.clone(linesep="\n")),
            capture_output=True,
            check=False,
            timeout=TIMEOUT,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise OperationalError(
            f"{sendmail} cannot be run ({error})", "Install a mail program, or --webhook"
        ) from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise OperationalError(
            f"{sendmail} ended with {done.returncode}: {said}", "See the mail program's log"
        )


def _post(address: str, found: Sequence[str]) -> None:
    """The address may hold a secret, so it is never told."""
    text = "\n".join(plain(sentence) for sentence in found)
    try:
        httpx.post(address, json={"text": text}, timeout=TIMEOUT).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        code = (
            error.response.status_code if isinstance(error, httpx.HTTPStatusError) else type(error).__name__
        )
        raise OperationalError(
            f"the webhook did not take the alarm ({code})", "Check FFINFRA_WEBHOOK"
        ) from None
