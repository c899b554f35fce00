"""``ffinfra dns import``."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from ffinfra.commands.printing import JsonOption, print_json, talk
from ffinfra.commands.project_choice import ProjectOption, the_project
from ffinfra.dns.check.naming import absolute, short
from ffinfra.dns.importing import Imported, imported, readable_text
from ffinfra.dns.master_file import read_zone
from ffinfra.dns.model_records import model_records
from ffinfra.dns.octodns.reading import read_octodns
from ffinfra.dns.records import SOA, RRset
from ffinfra.dns.sources.cloudflare import read_cloudflare
from ffinfra.dns.sources.hetzner import read_hetzner
from ffinfra.dns.sources.server import key_of, server_of
from ffinfra.dns.wire.transfer import transfer_zone
from ffinfra.network.reading import read_network
from ffinfra.problems import InvalidInputError, Place, Problem
from ffinfra.report.checkout_forms import DnsImportForm
from ffinfra.stack import NETWORK_FILE

Held = tuple[Sequence[RRset], SOA | None]
"""What a source holds, and its SOA where it keeps one."""

FileOption = Annotated[Path | None, typer.Option("--file", help="From a BIND master file.")]
OctodnsOption = Annotated[Path | None, typer.Option("--octodns", help="From an octoDNS YAML file.")]
AxfrOption = Annotated[
    str | None,
    typer.Option(
        "--axfr", help="From a server: ADDRESS[@PORT]; its key in FFINFRA_IMPORT_TSIG, algorithm:name:secret."
    ),
]
HetznerOption = Annotated[bool, typer.Option("--hetzner", help="From Hetzner DNS, with HCLOUD_TOKEN.")]
CloudflareOption = Annotated[
    str | None,
    typer.Option("--cloudflare", help="From Cloudflare: the zone's id there; with CLOUDFLARE_API_TOKEN."),
]
OutOption = Annotated[
    Path | None, typer.Option("--out", help="Where to write; - is stdout; else dns/zones/ZONE.zone.")
]


def import_command(  # noqa: PLR0913, PLR0917  an option each
    zone: Annotated[str, typer.Argument(help="The zone's name.")],
    file: FileOption = None,
    octodns: OctodnsOption = None,
    axfr: AxfrOption = None,
    hetzner: HetznerOption = False,
    cloudflare: CloudflareOption = None,
    out: OutOption = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")] = False,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a zone over from elsewhere into dns/zones; everything left out is told on stderr."""
    origin = f"{short(absolute(zone))}."
    given = [source for source in (file, octodns, axfr, hetzner or None, cloudflare) if source is not None]
    if len(given) != 1:
        raise _wrong("ffinfra dns import", f"{len(given)} sources are given", "Give one of --file, --octodns, "
                     "--axfr, --hetzner, --cloudflare")  # fmt: skip
    found = _import(origin, _held(origin, file, octodns, axfr, cloudflare), out, project)
    done = _written(found, out, overwrite=overwrite, project=project)
    for remark in found.remarks:
        talk().print(remark, markup=False)
    if as_json:
        print_json(done)
    elif done.text is not None:
        sys.stdout.write(done.text)


def _held(
    origin: str, file: Path | None, octodns: Path | None, axfr: str | None, cloudflare: str | None
) -> Held:
    """What the one source holds that is given; Hetzner where none of these is."""
    if file is not None:
        read = read_zone(file, origin, include_root=file.resolve().parent).zone
        return read.rrsets, read.soa
    if octodns is not None:
        return read_octodns(octodns, origin), None
    if axfr is not None:
        served = transfer_zone(server_of(axfr), origin, key=key_of(os.environ))
        return served.content, served.soa
    if cloudflare is not None:
        return read_cloudflare(origin, cloudflare, os.environ), None
    return read_hetzner(origin, os.environ), None


def _import(origin: str, held: Held, out: Path | None, project: Path | None) -> Imported:
    """The zone less what follows from the project's model; without a project, or to stdout, all of it."""
    if out is not None:
        return imported(origin, *held)
    network = read_network(the_project(project) / NETWORK_FILE, NETWORK_FILE)
    return imported(origin, *held, model_records(network, origin))


def _written(found: Imported, out: Path | None, *, overwrite: bool, project: Path | None) -> DnsImportForm:
    """The zone, written where it belongs; with ``-`` its text is only handed on."""
    zone = found.zone
    text = readable_text(zone, "Taken over by ffinfra dns import; from now on edited here.")
    form = DnsImportForm(
        zone=zone.origin, file=None, text=text, records=zone.record_count, remarks=tuple(found.remarks)
    )
    if out == Path("-"):
        return form
    target = out or the_project(project) / "dns" / "zones" / f"{zone.origin.rstrip('.')}.zone"
    if target.exists() and not overwrite:
        raise _wrong(str(target), "is there already", "Replace it with --overwrite, or name another --out")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, "utf-8")
    talk().print(f"wrote {target}: {zone.record_count} records", markup=False)
    return form.model_copy(update={"file": str(target), "text": None})


def _wrong(where: str, what: str, way_out: str) -> InvalidInputError:
    return InvalidInputError([Problem(place=Place(where), what=what, way_out=way_out)])
