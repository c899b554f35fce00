"""The stand-ins of the providers' APIs, as a child process."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from ffinfra.dns.delegation.declarations import Delegations
from ffinfra.dns.delegation.parents import CloudflareParent, Parent
from ffinfra.dns.delegation.servers import NameserverAddress
from ffinfra.dns.delegation.sides import CloudflareSide, FriendSide, HetznerSecondarySide, OwnSide
from ffinfra.lab.clouds.faults.kinds import FaultSettings
from ffinfra.lab.clouds.settings import (
    AddressPool,
    CloudflareSettings,
    CloudSettings,
    ExistingRecord,
    ExistingZone,
    HetznerSettings,
    Listen,
    ManagementSettings,
    Nameserver,
)
from ffinfra.lab.daemons.daemon import Daemon
from ffinfra.lab.topology import (
    CLOUDFLARE_PORT,
    CLOUDFLARE_SERVERS,
    HETZNER_PORT,
    MANAGEMENT_PORT,
    LabServer,
    hetzner_servers,
    primary_ip_addresses,
)
from ffinfra.problems import OperationalError
from ffinfra.stack import Declarations

ACTION_SECONDS = 0.02
"""How long Hetzner's actions take in the lab; real ones take 0.3 s and more."""

ACCOUNT = "00000000000000000000000000000001"
"""The lab's Cloudflare account."""


def cloud_settings(
    declarations: Declarations,
    tokens: Mapping[str, str],
    folder: Path,
    faults: FaultSettings,
    machine_control: Path | None,
) -> CloudSettings:
    """What the stand-ins are told: the declared addresses, the parent zone, the lab's tokens."""
    delegations = declarations.delegations
    return CloudSettings(
        state_directory=folder / "clouds",
        machine_control=machine_control,
        hetzner=HetznerSettings.model_validate(
            {
                "listen": Listen(port=HETZNER_PORT),
                "token": tokens["HCLOUD_TOKEN"],
                "nameservers": _nameservers(hetzner_servers(delegations)),
                "transfer_key_name": _transfer_key(delegations),
                "addresses": AddressPool(by_name=primary_ip_addresses(declarations)),
                "action_seconds": ACTION_SECONDS,
            }
        ),
        cloudflare=CloudflareSettings.model_validate(
            {
                "listen": Listen(port=CLOUDFLARE_PORT),
                "token": tokens["CLOUDFLARE_API_TOKEN"],
                "account_id": ACCOUNT,
                "nameservers": _nameservers(CLOUDFLARE_SERVERS),
                "zones": [_existing_zone(delegations.parent)],
            }
        ),
        management=ManagementSettings(listen=Listen(port=MANAGEMENT_PORT)),
        faults=faults,
    )


def _nameservers(declared: Iterable[NameserverAddress | LabServer]) -> list[Nameserver]:
    return [Nameserver(name=one.name, ipv4=one.ipv4, ipv6=one.ipv6) for one in declared]


def refuse_who_is_not_played(delegations: Delegations) -> None:
    """Refuse zones that are held by others than the lab plays: our own nameservers at rest, Hetzner as the fallback.

    Cloudflare's nameservers are the parent's in the lab: they would answer from a zone that they hold, and refer to
    nobody (RFC 1034 section 4.3.2).

    Raises:
        OperationalError: there is one.
    """
    for zone in delegations.zones:
        fallback = delegations.fallback_of(zone)
        if not isinstance(zone.primary, OwnSide):
            why = f"the lab cuts off our own nameservers, and {zone.zone} is at rest held by {zone.primary.backend}"
        elif isinstance(fallback, FriendSide):
            why = f"the lab plays no friend's nameservers, and one keeps {zone.zone} warm"
        elif isinstance(fallback, CloudflareSide):
            why = (
                f"the lab's Cloudflare is the parent, and would answer for {zone.zone} whatever is delegated"
            )
        else:
            continue
        raise OperationalError(why, "Let Hetzner keep the zone warm, in the lab's checkout")


def _transfer_key(delegations: Delegations) -> str | None:
    """The name of the TSIG key with which Hetzner transfers, of which the lab plays one.

    Raises:
        OperationalError: zones are transferred with different keys.
    """
    sides = [delegations.fallback_of(zone) for zone in delegations.zones]
    keys = sorted({side.key for side in sides if isinstance(side, HetznerSecondarySide)})
    if len(keys) > 1:
        raise OperationalError(
            f"the lab's Hetzner transfers with one key, not with {' and '.join(keys)}",
            "Give the zones one key in the lab's checkout",
        )
    return keys[0] if keys else None


def _existing_zone(parent: Parent) -> ExistingZone:
    """The parent zone, which no stack makes.

    Raises:
        OperationalError: it is not at Cloudflare, and the lab has no other parent.
    """
    if not isinstance(parent, CloudflareParent):
        what = f"the lab plays Cloudflare as the parent, not {parent.backend}"
        raise OperationalError(
            what, "Try that parent by its own tests, or set backend: cloudflare for the lab"
        )
    www = ExistingRecord(name=f"www.{parent.zone}", type="A", content="203.0.113.120")
    return ExistingZone(id=parent.zone_id, name=parent.zone, records=(www,))


def clouds(settings: CloudSettings, folder: Path) -> Daemon:
    """The stand-ins as a daemon; the settings file holds the lab's tokens and is for the owner's eyes only."""
    file = folder / "clouds.json"
    file.touch(mode=0o600)
    file.write_text(json.dumps(_plain(settings)))
    return Daemon(
        name="clouds",
        command=[sys.executable, "-m", "ffinfra.lab.clouds", "--settings", str(file)],
        log=folder / "clouds.log",
        ready=partial(_listening, MANAGEMENT_PORT),
    )


def _plain(settings: CloudSettings) -> dict[str, object]:
    plain: dict[str, dict[str, object]] = settings.model_dump(mode="json")
    plain["hetzner"]["token"] = settings.hetzner.token.get_secret_value()
    plain["cloudflare"]["token"] = settings.cloudflare.token.get_secret_value()
    return dict(plain)


def _listening(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/state", timeout=1) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
