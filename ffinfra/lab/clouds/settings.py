"""What the stand-in clouds are told before they start: ports, tokens, nameservers, addresses and faults."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from ffinfra.lab.clouds.faults.kinds import FaultSettings
from ffinfra.problems import InvalidInputError, Place, Problem

Port = Annotated[int, Field(ge=1, le=65535)]
Seconds = Annotated[float, Field(ge=0)]


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Listen(_Settings):
    """Where an API listens; only loopback addresses are accepted: nothing here is fit for a network."""

    host: IPv4Address = IPv4Address("127.0.0.1")
    port: Port

    @field_validator("host")
    @classmethod
    def _loopback_only(cls, host: IPv4Address) -> IPv4Address:
        if not host.is_loopback:
            raise ValueError("must be a loopback address such as 127.0.0.1")
        return host


class Nameserver(_Settings):
    """One nameserver of a provider: its host name (no dot at the end) and the addresses knotd listens on."""

    name: str
    ipv4: IPv4Address | None = None
    ipv6: IPv6Address | None = None

    @field_validator("name")
    @classmethod
    def _lower_case_without_dot(cls, name: str) -> str:
        return name.rstrip(".").lower()

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses as text, IPv4 first."""
        return tuple(str(address) for address in (self.ipv4, self.ipv6) if address is not None)


class AddressPool(_Settings):
    """Which public addresses Hetzner hands out.

    Attributes:
        by_name: name of a primary IP -> its address (``203.0.113.7``) or its /64 (``2001:db8:1::/64``).
        ipv4_prefixes: every other IPv4 primary IP gets the next free host address of these.
        ipv6_prefixes: every other IPv6 primary IP gets the next free /64 of these.
    """

    by_name: dict[str, str] = Field(default_factory=dict)
    ipv4_prefixes: tuple[IPv4Network, ...] = (IPv4Network("198.51.100.0/24"),)
    ipv6_prefixes: tuple[IPv6Network, ...] = (IPv6Network("2001:db8:c10d::/48"),)


class HetznerSettings(_Settings):
    """The Hetzner stand-in.

    Attributes:
        listen: where the API answers under ``/v1``.
        token: the only token accepted; 64 characters, because the plugin refuses any other length.
        nameservers: those assigned to every zone; one knotd listens on all their addresses.
        dns_port: the port of that knotd.
        hostmaster: RNAME of the SOA of every zone, as a host name.
        addresses: the pool of public addresses.
        catalogue: another catalogue file instead of the packaged one.
        action_seconds: how long an action stays ``running``; at 0 a POST is answered when its work is done.
        slow_action_seconds: the same for an action that a fault made slow.
        shutdown_seconds: how long a guest takes from ``shutdown`` to ``off``.
        transfer_key_name: name of the TSIG key that AXFR requests to primaries carry; None = the zone's name.
            The API has a field for the key and none for its name.
        transfer_retry_seconds: longest pause before a failed transfer is tried again, in whole seconds.
        public_suffixes: if given, only names of one label below one of these can become zones: the real
            service takes no zones for subdomains. None = not checked.
    """

    listen: Listen = Listen(port=18081)
    token: SecretStr
    nameservers: tuple[Nameserver, ...] = Field(min_length=1)
    dns_port: Port = 53
    hostmaster: str = "dns.hetzner.example"
    addresses: AddressPool = AddressPool()
    catalogue: Path | None = None
    action_seconds: Seconds = 0.1
    slow_action_seconds: Seconds = 3.0
    shutdown_seconds: Seconds = 0.5
    transfer_key_name: str | None = None
    transfer_retry_seconds: Annotated[int, Field(ge=1)] = 2
    public_suffixes: tuple[str, ...] | None = None

    @field_validator("token")
    @classmethod
    def _as_long_as_the_plugin_wants(cls, token: SecretStr) -> SecretStr:
        if len(token.get_secret_value()) != 64:
            raise ValueError("must have exactly 64 characters, or the hcloud plugin refuses it")
        return token


class ExistingRecord(_Settings):
    """A record that a Cloudflare zone holds from the start, as in a POST to ``dns_records``."""

    name: str
    type: str
    content: str | None = None
    ttl: int = 1
    priority: int | None = None
    data: dict[str, str | int] | None = None
    comment: str | None = None


class ExistingZone(_Settings):
    """A zone that the Cloudflare account holds from the start."""

    id: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    name: str
    records: tuple[ExistingRecord, ...] = ()


class CloudflareSettings(_Settings):
    """The Cloudflare stand-in.

    Attributes:
        listen: where the API answers under ``/client/v4``.
        token: the only token accepted.
        account_id: the only account; 32 hexadecimal digits.
        account_name: shown beside the id.
        nameservers: those of every zone; one knotd listens on all their addresses.
        dns_port: the port of that knotd.
        hostmaster: RNAME of the SOA of every zone, as a host name.
        zones: zones that exist from the start.
        records_per_zone: the plan's quota; 200 on the free plan for zones since September 2024.
        srv_top_level_priority: answer SRV with ``priority`` beside ``data.priority``, as the API does.
        public_suffixes: as for Hetzner.
    """

    listen: Listen = Listen(port=18082)
    token: SecretStr
    account_id: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    account_name: str = "lab"
    nameservers: tuple[Nameserver, ...] = Field(min_length=1)
    dns_port: Port = 53
    hostmaster: str = "dns.cloudflare.example"
    zones: tuple[ExistingZone, ...] = ()
    records_per_zone: Annotated[int, Field(ge=1)] = 200
    srv_top_level_priority: bool = True
    public_suffixes: tuple[str, ...] | None = None


class ManagementSettings(_Settings):
    """The management API: history, faults and state, for tests and rehearsals; it has no token."""

    listen: Listen = Listen(port=18083)


class CloudSettings(_Settings):
    """All of it.

    Attributes:
        state_directory: knotd's files and the machines' directories; what earlier runs left there is removed.
        machine_control: the socket of whoever boots the servers; without it they are directories alone.
        served_by: ``knotd``, or ``memory`` for tests that only look at the APIs.
        hetzner: the Hetzner stand-in.
        cloudflare: the Cloudflare stand-in.
        management: the management API.
        faults: what goes wrong.
    """

    state_directory: Path
    machine_control: Path | None = None
    served_by: Literal["knotd", "memory"] = "knotd"
    hetzner: HetznerSettings
    cloudflare: CloudflareSettings
    management: ManagementSettings = ManagementSettings()
    faults: FaultSettings = FaultSettings()

    @model_validator(mode="after")
    def _ports_differ(self) -> CloudSettings:
        listens = [self.hetzner.listen, self.cloudflare.listen, self.management.listen]
        if len({(listen.host, listen.port) for listen in listens}) < len(listens):
            raise ValueError("hetzner, cloudflare and management must listen on different ports")
        return self


def load_settings(path: Path) -> CloudSettings:
    """Read a settings file (JSON).

    Raises:
        InvalidInputError: the file cannot be read or says something that is not allowed.
    """
    place = Place(str(path))
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        problem = Problem(place=place, what=f"cannot be read: {error.strerror}", way_out="Name a JSON file.")
        raise InvalidInputError([problem]) from None
    try:
        return CloudSettings.model_validate_json(text)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False, include_context=False)
        raise InvalidInputError(
            [
                Problem(
                    place=place,
                    path=".".join(str(part) for part in detail["loc"]),
                    what=detail["msg"],
                    way_out="See CloudSettings in ffinfra/lab/clouds/settings.py.",
                )
                for detail in details
            ]
        ) from None
