"""The commands below ``ffinfra dns``."""

from __future__ import annotations

import typer

from ffinfra.commands.dns.check import check_command
from ffinfra.commands.dns.export import export_command
from ffinfra.commands.dns.importing import import_command
from ffinfra.commands.dns.lint import lint_command
from ffinfra.commands.dns.ready import ready_command
from ffinfra.commands.dns.watch import watch_command

dns_app = typer.Typer(help="Zones: rules, live checks, readiness to fail over.", no_args_is_help=True)
dns_app.command("lint")(lint_command)
dns_app.command("check")(check_command)
dns_app.command("export")(export_command)
dns_app.command("import")(import_command)
dns_app.command("ready")(ready_command)
dns_app.command("watch")(watch_command)
