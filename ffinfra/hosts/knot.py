"""A nameserver: Knot DNS as primary or secondary (https://www.knot-dns.cz/docs/3.2/html/reference.html).

Nothing recurses: Knot is authoritative only and refuses names that it does not serve. It answers minimally
by nature (no authority section in positive answers). The zones reach the secondaries by a catalog zone
(RFC 9432), so a new zone needs no new file there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from ffinfra.hosts.configuration import HostFile, Topic, Unit, UnitAction
from ffinfra.hosts.secrets import TRANSFER_KEY, UPDATE_KEY, HostSecrets
from ffinfra.hosts.served_zones import OutsideSecondary, ServedZone
from ffinfra.hosts.templates import Line, header, listed, rendered
from ffinfra.hosts.validators import Validator
from ffinfra.network.machines import Nameserver, NameserverRole
from ffinfra.network.network import Network

Address = IPv4Address | IPv6Address

CONFIGURATION = "/etc/knot/knot.conf"
KEYS = "/etc/knot/keys.conf"
STORAGE = "/var/lib/knot"
UNIT = Unit(name="knot.service", action=UnitAction.RELOAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """Another nameserver, as Knot calls it.

    Attributes:
        identifier: its name in knot.conf.
        addresses: where it is.
        key: the TSIG key that is spoken with it, or None.
    """

    identifier: str
    addresses: tuple[Address, ...]
    key: str | None

    @property
    def address_list(self) -> Line:
        """The addresses in Knot's list form."""
        return listed(self.addresses)


def catalog_zone(network: Network) -> str:
    """The name of the catalog zone, below a name that can never be delegated (RFC 9432 section 4.1)."""
    return f"catalog.{network.community}.invalid"


def nameserver_files(
    network: Network, nameserver: Nameserver, secrets: HostSecrets, zones: Sequence[ServedZone]
) -> Topic:
    """knot.conf, the keys, and on the primary the seeds of the zones.

    Raises:
        ValueError: a TSIG secret that the configuration needs is missing, or a zone is given twice.
    """
    names = [zone.name for zone in zones]
    if len(set(names)) != len(names):
        raise ValueError("a zone is given twice")
    if nameserver.role is NameserverRole.PRIMARY:
        files = (_primary(network, nameserver, zones), *(_seed(nameserver, zone) for zone in zones))
    else:
        files = (_secondary(network, nameserver),)
    keys = _keys(nameserver, secrets, zones)
    return Topic(files=(keys, *files), packages=("knot", "knot-dnsutils"), units=(UNIT,))


def addresses_of(nameserver: Nameserver) -> tuple[Address, ...]:
    """The addresses that a nameserver answers at, IPv6 first."""
    return tuple(address for address in (nameserver.ipv6, nameserver.ipv4) if address is not None)


def _primary(network: Network, nameserver: Nameserver, zones: Sequence[ServedZone]) -> HostFile:
    secondaries = _remotes(network, NameserverRole.SECONDARY)
    content = rendered(
        "knot_primary.conf.j2",
        **_common(nameserver),
        remotes=(*secondaries, *_outside(zones)),
        updaters=listed((*network.management_prefixes, *addresses_of(nameserver), "127.0.0.1", "::1")),
        catalog=catalog_zone(network),
        catalog_receivers=_receivers(remote.identifier for remote in secondaries),
        zones=[
            {
                "name": zone.name,
                "signed": zone.signed.value,
                "receivers": _receivers(
                    (
                        *(remote.identifier for remote in secondaries),
                        *(_outside_name(one) for one in zone.outside),
                    )
                ),
            }
            for zone in sorted(zones, key=lambda zone: zone.name)
        ],
    )
    return _configuration(content)


def _secondary(network: Network, nameserver: Nameserver) -> HostFile:
    (primary,) = _remotes(network, NameserverRole.PRIMARY)
    content = rendered(
        "knot_secondary.conf.j2", **_common(nameserver), primary=primary, catalog=catalog_zone(network)
    )
    return _configuration(content)


def _common(nameserver: Nameserver) -> dict[str, object]:
    own = addresses_of(nameserver)
    return {
        "host": nameserver.name,
        "listen": Line(", ".join(f"{address}@53" for address in own)),
        "via": listed(own),
        "unlimited": listed((*own, "127.0.0.0/8", "::1")),
        "keys": KEYS,
        "storage": STORAGE,
    }


def _configuration(content: str) -> HostFile:
    return HostFile(
        path=CONFIGURATION,
        content=content,
        mode=0o644,
        validator=Validator.KNOT,
        units=(UNIT.name,),
    )


def _keys(nameserver: Nameserver, secrets: HostSecrets, zones: Sequence[ServedZone]) -> HostFile:
    names = {TRANSFER_KEY}
    if nameserver.role is NameserverRole.PRIMARY:
        names |= {UPDATE_KEY}
        names |= {one.key for zone in zones for one in zone.outside if one.key is not None}
    keys = [{"name": name, "secret": secrets.tsig_secret(name)} for name in sorted(names)]
    return HostFile(
        path=KEYS,
        content=rendered("knot_keys.conf.j2", host=nameserver.name, keys=keys),
        mode=0o600,
        owner="knot",
        group="knot",
        secret=True,
        units=(UNIT.name,),
    )


def _seed(nameserver: Nameserver, zone: ServedZone) -> HostFile:
    """The zone as it is before the first update; afterwards the file is Knot's."""
    return HostFile(
        path=f"{STORAGE}/{zone.name}.zone",
        content=f"{header(nameserver.name, ';')}\n{zone.seed_text()}",
        mode=0o640,
        owner="knot",
        group="knot",
        create_only=True,
        units=(UNIT.name,),
    )


def _remotes(network: Network, role: NameserverRole) -> list[Remote]:
    return [
        Remote(identifier=server.name, addresses=addresses_of(server), key=TRANSFER_KEY)
        for server in network.nameservers
        if server.role is role
    ]


def _outside(zones: Iterable[ServedZone]) -> list[Remote]:
    """The nameservers that are not ours, each once.

    Raises:
        ValueError: two zones describe one of them differently.
    """
    known: dict[str, OutsideSecondary] = {}
    for one in (one for zone in zones for one in zone.outside):
        if known.setdefault(one.name, one) != one:
            raise ValueError(f"two zones give {one.name} different addresses or keys")
    return [
        Remote(identifier=_outside_name(one), addresses=one.addresses, key=one.key)
        for _name, one in sorted(known.items())
    ]


def _outside_name(one: OutsideSecondary) -> str:
    """Its name in knot.conf, apart from the names of our own machines."""
    return f"outside-{one.name}"


def _receivers(identifiers: Iterable[str]) -> dict[str, Line]:
    """Who is notified of a zone's changes, and by which rules they may transfer it."""
    names = tuple(identifiers)
    return {"notify": listed(names), "acl": listed(f"transfer-{name}" for name in names)}
