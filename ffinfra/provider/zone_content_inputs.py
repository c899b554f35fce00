"""The inputs of a ZoneContent as typed values, and why they are refused."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Final

from ffinfra.dns.backends.limits import Backend
from ffinfra.dns.backends.refusals import refusals
from ffinfra.dns.names import canonical_name
from ffinfra.dns.records import SOA, RRset, Zone
from ffinfra.dns.soa_settings import SoaSettings
from ffinfra.dns.wire.server import Key, Server
from ffinfra.dns.zone_text import parse_content
from ffinfra.problems import InvalidInputError, OperationalError
from ffinfra.provider.properties import contains_unknown
from ffinfra.provider.resource_type import Refusal

IMPORT_KEY_VARIABLE: Final = "FFINFRA_IMPORT_TSIG"
"""Where an import finds its key, as ``algorithm:name:secret``, the form of ``kdig -y``."""

INPUT_KEYS: Final = ("zone", "content", "soa", "server", "tsig")
SECRET_KEYS: Final = frozenset({"tsig"})

_SHOWN_PROBLEMS: Final = 5
_ANY_SOA: Final = SOA(mname=".", rname=".", serial=1, refresh=1, retry=1, expire=1, minimum=1, ttl=1)


@dataclass(frozen=True, slots=True)
class ZoneInputs:
    """What a program asks for.

    Attributes:
        zone: the zone's canonical name.
        text: the canonical text of its content.
        soa: the declared fields of the SOA.
        server: the primary.
        key: the TSIG key.
    """

    zone: str
    text: str
    soa: SoaSettings
    server: Server
    key: Key

    def content(self) -> tuple[RRset, ...]:
        """The content as RRsets."""
        return parse_content(self.text, self.zone)


def zone_inputs(values: Mapping[str, Any]) -> ZoneInputs:
    """Read inputs or outputs that passed the check.

    Raises:
        OperationalError: they are not of the form that ``input_refusals`` lets pass.
    """
    found = input_refusals(values)
    if found:
        what = f"the ZoneContent in the state is unusable: {found[0].property}: {found[0].reason}"
        raise OperationalError(what, "Remove it from the state and import the zone.")
    server, tsig = values["server"], values["tsig"]
    return ZoneInputs(
        zone=values["zone"],
        text=values["content"],
        soa=SoaSettings.from_mapping(values.get("soa") or {}),
        server=Server(server["address"], server.get("port", 53)),
        key=Key(tsig["name"], tsig["algorithm"], tsig["secret"]),
    )


def input_refusals(values: Mapping[str, Any], *, with_content: bool = False) -> list[Refusal]:
    """Why inputs cannot be used; parts that are unknown yet are passed over.

    Args:
        values: the inputs.
        with_content: look into the content as well.
    """
    found = [
        Refusal(key, reason)
        for key, check in _CHECKS.items()
        if not contains_unknown(values.get(key)) and (reason := check(values.get(key))) is not None
    ]
    found += [
        Refusal(key, "is no input of ZoneContent") for key in sorted(values.keys() - {*INPUT_KEYS, "serial"})
    ]
    zone, content = values.get("zone"), values.get("content")
    if with_content and not found and isinstance(zone, str) and isinstance(content, str):
        found += _content_refusals(zone, content)
    return found


def parse_import_id(resource_id: str) -> tuple[str, Server]:
    """Zone and server of an import id: ``zone@address`` or ``zone@address@port``.

    Raises:
        OperationalError: it is not of this form.
    """
    zone, *rest = resource_id.split("@")
    try:
        address = str(ip_address(rest[0]))
        port = int(rest[1]) if len(rest) > 1 else 53
        name = canonical_name(zone if zone.endswith(".") else f"{zone}.")
    except (ValueError, IndexError):
        what = f"{resource_id!r} is not of the form zone@address or zone@address@port"
        raise OperationalError(what, "Write for example mesh.example@192.0.2.53") from None
    return name, Server(address, port)


def import_key() -> Key:
    """The key for an import, from the environment.

    Raises:
        OperationalError: the variable is missing or of another form; its value is not shown.
    """
    parts = os.environ.get(IMPORT_KEY_VARIABLE, "").split(":", 2)
    try:
        algorithm, name, secret = parts
        return Key(name, algorithm, secret)
    except ValueError:
        what = f"an import needs the zone's TSIG key in the environment variable {IMPORT_KEY_VARIABLE}"
        raise OperationalError(what, "Its form is algorithm:name:secret, as for kdig -y.") from None


def _zone(value: object) -> str | None:
    if not isinstance(value, str):
        return "the zone's name is missing"
    try:
        canonical = canonical_name(value)
    except ValueError as error:
        return str(error)
    return None if canonical == value else f"{value} is not canonical, it would be {canonical}"


def _content(value: object) -> str | None:
    return None if isinstance(value, str) else "the zone's content is missing"


def _soa(value: object) -> str | None:
    if value is not None and not isinstance(value, Mapping):
        return "is not a map of fields"
    try:
        SoaSettings.from_mapping(value or {})
    except ValueError as error:
        return str(error)
    return None


def server_refusal(value: object) -> str | None:
    """Why a value is no server; None where it is one."""
    form = "allowed is {address: an IP address, port: 1 to 65535}"
    if not isinstance(value, Mapping) or not value.keys() <= {"address", "port"}:
        return form
    try:
        ip_address(value.get("address", ""))
    except ValueError:
        return form
    port = value.get("port", 53)
    return None if isinstance(port, int) and 0 < port < 65536 else form


def tsig_refusal(value: object) -> str | None:
    """Why a value is no TSIG key; None where it is one. The secret is not in the reason."""
    form = "allowed is {name, algorithm, secret}, all text"
    if not isinstance(value, Mapping) or value.keys() != {"name", "algorithm", "secret"}:
        return form
    name, algorithm, secret = value["name"], value["algorithm"], value["secret"]
    if not (isinstance(name, str) and isinstance(algorithm, str) and isinstance(secret, str)):
        return form
    try:
        canonical_name(name if name.endswith(".") else f"{name}.")
        Key(name, algorithm, secret)
    except ValueError as error:
        return str(error)
    return None


def _content_refusals(zone: str, text: str) -> list[Refusal]:
    """The content's own mistakes, and what no update could bring to the server."""
    try:
        rrsets = parse_content(text, zone)
    except InvalidInputError as error:
        shown = [str(problem) for problem in error.problems[:_SHOWN_PROBLEMS]]
        more = len(error.problems) - len(shown)
        return [Refusal("content", "; ".join([*shown, f"and {more} more"] if more else shown))]
    found = [str(refusal) for refusal in refusals(Zone(zone, _ANY_SOA, rrsets), Backend.OWN)]
    if not any(rrset.key == (zone, "NS") for rrset in rrsets):
        found.append(f"{zone} has no NS record at its apex")
    return [Refusal("content", reason) for reason in found]


_CHECKS: Final[Mapping[str, Callable[[object], str | None]]] = {
    "zone": _zone,
    "content": _content,
    "soa": _soa,
    "server": server_refusal,
    "tsig": tsig_refusal,
}
