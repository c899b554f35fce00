"""Text for Prometheus: the exposition format, version 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ffinfra.gate.plain_files import replace_file


def gauge(name: str, text: str, values: Mapping[str, float]) -> Iterator[str]:
    """The lines of one gauge; ``values`` are by their labels, as ``labels`` writes them."""
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} gauge"
    for written, value in values.items():
        yield f"{name}{written} {value:.0f}"


def labels(**given: str) -> str:
    """Labels in braces, their values escaped as the format asks."""
    pairs = (f'{name}="{_escaped(value)}"' for name, value in given.items())
    return "{" + ",".join(pairs) + "}"


def write_textfile(file: Path, text: str) -> None:
    """Replace a file as a whole: the exporter reads the old one or the new one."""
    replace_file(file, text.encode())


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
