"""The command line ``ffinfra``; docs/COMMANDS.md describes it."""

from __future__ import annotations

import sys

import typer
from rich.markup import escape
from typer._click.exceptions import UsageError  # typer carries a click of its own and exports only parts

from ffinfra.commands import config, gate, gate_log, gate_report, hosts, network
from ffinfra.commands.dns.app import dns_app
from ffinfra.commands.failover import failover_command
from ffinfra.commands.kernel import kernel_app
from ffinfra.commands.lab import lab_app
from ffinfra.commands.runbook import runbook_command
from ffinfra.commands.shared import print_json, print_problems, problems_form, talk
from ffinfra.exit_codes import ExitCode
from ffinfra.gate.refusal import ApprovalRefusedError
from ffinfra.problems import InvalidInputError, OperationalError

app = typer.Typer(
    name="ffinfra",
    help="The hosts and the DNS of a community network, with a gate before every change.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
gate_app = typer.Typer(help="The gate on its own.", no_args_is_help=True)
config_app = typer.Typer(help="The declarations.", no_args_is_help=True)
app.add_typer(gate_app, name="gate")
app.add_typer(config_app, name="config")
app.add_typer(lab_app, name="lab")
app.add_typer(kernel_app, name="kernel")
app.add_typer(dns_app, name="dns")

app.command("preview")(gate.preview_command)
app.command("approve")(gate.approve_command)
app.command("apply")(gate.apply_command)
app.command("log")(gate_log.log_command)
app.command("failover")(failover_command)
app.command("runbook")(runbook_command)
gate_app.command("check")(gate.gate_check_command)
app.command("survive")(network.survive_command)
app.command("credentials")(network.credentials_command)
app.command("costs")(network.costs_command)
gate_app.command("report")(gate_report.report_command)
app.command("inventory")(hosts.inventory_command)
app.command("site-conf")(hosts.site_conf_command)
config_app.command("check")(config.config_check_command)


def main() -> int:
    """Run a command; every mistake of a person and every failure of the world ends in words and a code."""
    try:
        result = app(standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        talk().print("broken off")
        return ExitCode.INTERRUPTED
    except Exception as error:
        code = _explained(error)
        if code is None:
            raise
        return code
    return int(result) if isinstance(result, int) else ExitCode.OK


def _explained(error: Exception) -> int | None:
    """Tell a foreseen failure in words and give its exit code; None for a bug, which keeps its traceback."""
    match error:
        case InvalidInputError():
            print_problems(error)
            if "--json" in sys.argv:
                print_json(problems_form(error))
            return ExitCode.BAD_INPUT
        case ApprovalRefusedError():
            talk().print(f"[bold red]refused[/]: {escape(str(error))}")
            return ExitCode.APPROVAL_MISSING
        case OperationalError():
            talk().print(f"[bold red]failed[/]: {escape(str(error))}")
            return ExitCode.FAILED
        case typer.Exit():
            return error.exit_code
        case UsageError():
            error.show()
            return ExitCode.BAD_INPUT
        case _:
            return None


if __name__ == "__main__":
    sys.exit(main())
