"""Commands that take paths and flags alone, and are to begin at once.

What typer (0.29) reads every word with costs the import of pydantic, a tenth of a second.
"""

from __future__ import annotations

from pathlib import Path

from typer._click import Context  # typer carries a click of its own
from typer._coercion import RuntimeParam
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption


class PathCommand(TyperCommand):
    """A command whose words are taken as they are."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Read the words of the command line."""
        _read_plainly(self, ctx)
        return super().parse_args(ctx, args)


class PathGroup(TyperGroup):
    """A group that has such a command."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Read the words of the command line."""
        _read_plainly(self, ctx)
        return super().parse_args(ctx, args)


def _read_plainly(command: TyperCommand | TyperGroup, ctx: Context) -> None:
    """Give each parameter what reads it, before typer makes its own and keeps it."""
    for one in command.get_params(ctx):
        if isinstance(one, TyperArgument | TyperOption):
            descriptor = one.type_descriptor
            reader = _AsPath if descriptor.is_path else _AsIs
            one._runtime_param = reader(descriptor.parameter_info, descriptor.annotation)  # noqa: SLF001 - as above


class _AsPath(RuntimeParam):
    def _coerce_value(self, value: str, param: object, ctx: Context) -> Path:
        del param, ctx
        return Path(value)


class _AsIs(RuntimeParam):
    """Flags, which come as what they are."""

    def _coerce_value(self, value: object, param: object, ctx: Context) -> object:
        del param, ctx
        return value
