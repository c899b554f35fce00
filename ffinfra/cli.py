"""The command line ``ffinfra``; docs/COMMANDS.md describes it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from typing import Any, Final

import typer
from rich.markup import escape
from typer._click.exceptions import UsageError  # typer carries a click of its own and exports only parts

from ffinfra.commands.path_command import PathCommand, PathGroup
from ffinfra.commands.printing import print_json, print_problems, problems_form, talk
from ffinfra.exit_codes import ExitCode
from ffinfra.gate.refusal import ApprovalRefusedError
from ffinfra.problems import BlockedError, InvalidInputError, OperationalError, Place, Problem
from ffinfra.report.failure_kind import FailureKind

HELP: Final = "The hosts and the DNS of a community network, with a gate before every change."

GROUPS: Final = {"gate": "The gate on its own.", "config": "The declarations."}

COMMANDS: Final = {
    ("preview",): "gate:preview_command",
    ("approve",): "gate_approve:approve_command",
    ("apply",): "gate_apply:apply_command",
    ("status",): "status:status_command",
    ("drift",): "drift:drift_command",
    ("adopt",): "adopt:adopt_command",
    ("log",): "gate_log:log_command",
    ("revert",): "revert:revert_command",
    ("failover",): "failover:failover_command",
    ("runbook",): "runbook:runbook_command",
    ("gate", "check"): "gate_check:gate_check_command",
    ("gate", "report"): "gate_report:report_command",
    ("gate", "outline"): "gate_outline:outline_command",
    ("survive",): "survive:survive_command",
    ("credentials",): "credentials:credentials_command",
    ("costs",): "costs:costs_command",
    ("alarm",): "alarm:alarm_command",
    ("inventory",): "hosts:inventory_command",
    ("site-conf",): "hosts:site_conf_command",
    ("config", "check"): "config:config_check_command",
}
"""What a person types -> module and function in ``ffinfra.commands``."""

OF_PATHS: Final = {("gate", "check")}
"""Commands that take paths and flags alone, and are to begin at once."""

APPS: Final = {
    "admin": "admin:admin_app",
    "lab": "lab:lab_app",
    "kernel": "kernel:kernel_app",
    "dns": "dns.app:dns_app",
}
"""Groups that their own module puts together."""


def command_line(words: Sequence[str] = ()) -> typer.Typer:
    """The command line with what ``words`` call, and with all of it where they call nothing that is known.

    Only what is called is imported: the engine's SDK and the providers' clients take a second of their own.
    """
    apps = {name: place for name, place in APPS.items() if list(words[:1]) == [name]}
    commands = {path: place for path, place in COMMANDS.items() if tuple(words[: len(path)]) == path}
    whole = not apps and not commands
    if whole:
        apps, commands = dict(APPS), dict(COMMANDS)
    plain = bool(commands) and commands.keys() <= OF_PATHS
    group_kind, command_kind = (PathGroup, PathCommand) if plain else (None, None)
    app = typer.Typer(
        name="ffinfra",
        cls=group_kind,
        help=HELP,
        add_completion=whole,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
    )
    app.callback()(_no_options)
    groups = {
        name: typer.Typer(cls=group_kind, help=text, no_args_is_help=True) for name, text in GROUPS.items()
    }
    for name, group in groups.items():
        if any(path[0] == name for path in commands):
            group.callback()(_no_options)
            app.add_typer(group, name=name)
    for name, place in apps.items():
        app.add_typer(_imported(place), name=name)
    for path, place in commands.items():
        group = groups[path[0]] if len(path) > 1 else app
        group.command(path[-1], cls=command_kind)(_imported(place))
    return app


def _no_options() -> None:
    """Keep a group a group, even with a single command in it."""


def _imported(place: str) -> Any:  # noqa: ANN401 - a command or a group of them
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(f"ffinfra.commands.{module}"), name)


def main() -> int:
    """Run a command; every mistake of a person and every failure of the world ends in words and a code."""
    try:
        result = command_line(sys.argv[1:])(standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        talk().print("broken off")
        _for_programs(FailureKind.INTERRUPTED, "broken off", "Run it again")
        return ExitCode.INTERRUPTED
    except Exception as error:
        code = _explained(error)
        if code is None:
            raise
        return code
    return int(result) if isinstance(result, int) else ExitCode.OK


def _explained(error: Exception) -> int | None:
    """Tell a foreseen failure in words and give its exit code; None for a bug, which keeps its traceback."""
    code: int
    match error:
        case InvalidInputError():
            code = _mistaken(error)
        case ApprovalRefusedError(refusal=refusal):
            code = _stopped(FailureKind.REFUSED, refusal.reason, refusal.way_out, ExitCode.APPROVAL_MISSING)
        case BlockedError():
            code = _stopped(FailureKind.BLOCKED, error.what, error.way_out, ExitCode.FINDING)
        case OperationalError():
            code = _stopped(FailureKind.FAILED, error.what, error.way_out, ExitCode.FAILED)
        case typer.Exit():
            code = error.exit_code
        case UsageError():
            code = _misused(error)
        case _:
            return None
    return code


def _stopped(kind: FailureKind, what: str, way_out: str, code: ExitCode) -> int:
    """Why there is no result, for people and, with ``--json``, for other tools too."""
    talk().print(f"[bold red]{kind}[/]: {escape(what)}. {escape(way_out)}")
    _for_programs(kind, what, way_out)
    return code


def _mistaken(error: InvalidInputError) -> int:
    print_problems(error)
    if _json_wanted():
        print_json(problems_form(error))
    return ExitCode.BAD_INPUT


def _misused(error: UsageError) -> int:
    """What was typed is no command, or none with these options."""
    error.show()
    if _json_wanted():
        problem = Problem(
            place=Place("the command line"), what=error.format_message(), way_out="See ffinfra --help"
        )
        print_json(problems_form(InvalidInputError([problem])))
    return ExitCode.BAD_INPUT


def _for_programs(kind: FailureKind, what: str, way_out: str) -> None:
    """With ``--json`` a failure is a document too."""
    if _json_wanted():
        from ffinfra.report.failure_form import FailureForm  # noqa: PLC0415 - for those who ask for JSON

        print_json(FailureForm(kind=kind, what=what, way_out=way_out))


def _json_wanted() -> bool:
    """Whether ``--json`` was given to us; what stands behind ``--`` is somebody else's."""
    own = sys.argv[1 : sys.argv.index("--")] if "--" in sys.argv else sys.argv[1:]
    return "--json" in own


if __name__ == "__main__":
    sys.exit(main())
