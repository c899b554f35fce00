"""Names of hosts and services: letters, digits and hyphens here, leading underscores there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ffinfra.dns.lint.context import Context, targets
from ffinfra.dns.lint.finding import Hit, Level, Rule
from ffinfra.dns.names import labels

_HOST_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_UNDERSCORED = re.compile(r"_[a-z0-9-]+")
_WAY_OUT = "Use letters, digits and inner hyphens."


def _is_host_name(name: str) -> bool:
    parts = labels(name)
    return all(_HOST_LABEL.fullmatch(part) for part in (parts[1:] if parts[:1] == ("*",) else parts))


def _owners(context: Context) -> Iterator[Hit]:
    for rrset in context.rrsets("A", "AAAA", "MX"):
        if not _is_host_name(rrset.owner):
            yield Hit(rrset.owner, rrset.type, "this is no host name, many programs refuse it", _WAY_OUT)


def _targets(context: Context) -> Iterator[Hit]:
    for rrset in context.rrsets("NS", "MX", "SRV", "PTR"):
        for value, target in targets(rrset):
            if not _is_host_name(target) and not rrset.owner.startswith("_"):
                yield Hit(rrset.owner, rrset.type, f"{target} is no host name", _WAY_OUT, value)


def _services(context: Context) -> Iterator[Hit]:
    for rrset in context.rrsets("SRV"):
        first, second = (*labels(rrset.owner), "", "")[:2]
        if not (_UNDERSCORED.fullmatch(first) and _UNDERSCORED.fullmatch(second)):
            message = "the name does not begin with _service._protocol, so nobody will ask for it"
            yield Hit(rrset.owner, "SRV", message, "Write for example _sip._tcp.mesh.example.")


def _certificates(context: Context) -> Iterator[Hit]:
    for rrset in context.rrsets("TLSA"):
        first, second = (*labels(rrset.owner), "", "")[:2]
        if not (re.fullmatch(r"_[0-9]+|\*", first) and second in ("_tcp", "_udp", "_sctp")):
            message = "the name does not begin with _port._protocol, so nobody will ask for it"
            yield Hit(rrset.owner, "TLSA", message, "Write for example _25._tcp.mail.mesh.example.")


RULES = (
    Rule("host-name", Level.WARNING, "a host's name has other characters", "RFC 1123 section 2.1", _owners),
    Rule(
        "target-host-name",
        Level.WARNING,
        "a named host has other characters",
        "RFC 1123 section 2.1",
        _targets,
    ),
    Rule(
        "srv-name", Level.WARNING, "an SRV's name lacks _service._protocol", "RFC 2782, RFC 8552", _services
    ),
    Rule(
        "tlsa-name", Level.WARNING, "a TLSA's name lacks _port._protocol", "RFC 6698 section 3", _certificates
    ),
)
