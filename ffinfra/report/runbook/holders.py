"""Who holds a zone or its parent: under which account, at which page."""

from __future__ import annotations

from typing import Final, assert_never

from ffinfra.dns.delegation.declarations import Delegations
from ffinfra.dns.delegation.parents import (
    CloudflareParent,
    HetznerParent,
    ManualParent,
    Parent,
    UpdatedParent,
)
from ffinfra.dns.delegation.sides import (
    CloudflareSide,
    FriendSide,
    HetznerSecondarySide,
    HetznerSide,
    OwnSide,
    Side,
)

CLOUDFLARE_PAGE: Final = "https://dash.cloudflare.com"
HETZNER_PAGE: Final = "https://console.hetzner.com"


def declared(text: str, setting: str) -> str:
    """A text that volunteers wrote, or that they did not, and where it belongs."""
    return text or f"not declared: {setting} in dns/delegations.yaml"


def side_words(delegations: Delegations, side: Side) -> str:
    """A zone's holder: name, account, page."""
    accounts = delegations.accounts
    match side:
        case OwnSide():
            return "our own nameservers"
        case HetznerSide():
            return f"Hetzner DNS, {_account(accounts.hetzner, 'hetzner')}, {HETZNER_PAGE}, DNS"
        case HetznerSecondarySide():
            where = f"Hetzner DNS, {_account(accounts.hetzner, 'hetzner')}, {HETZNER_PAGE}, DNS"
            return f"{where}; it transfers the zone and cannot be edited there"
        case CloudflareSide():
            return f"Cloudflare, {_account(accounts.cloudflare, 'cloudflare')}, {CLOUDFLARE_PAGE}"
        case FriendSide():
            return (
                f"{side.name}, who transfers the zone from us; {declared(side.contact, 'fallback.contact')}"
            )
    assert_never(side)


def parent_words(delegations: Delegations) -> str:
    """The parent's holder: name, account."""
    return f"{delegations.parent.zone}, {_parent_holder(delegations, delegations.parent)}"


def parent_page(delegations: Delegations) -> str | None:
    """The way to the page on which the parent is changed; None where there is no page."""
    parent = delegations.parent
    match parent:
        case CloudflareParent():
            return f"{CLOUDFLARE_PAGE} > {parent.zone} > DNS > Records"
        case HetznerParent():
            return f"{HETZNER_PAGE} > DNS > {parent.zone} > Records"
        case UpdatedParent():
            return None
        case ManualParent():
            return declared(parent.page, "parent.page")
    assert_never(parent)


def token_variables(delegations: Delegations) -> tuple[tuple[str, str], ...]:
    """The shell variables that hold secrets, and what each is."""
    parent = delegations.parent
    held = {delegations.fallback_of(zone).backend.value.split("-")[0] for zone in delegations.zones}
    held.add(parent.backend.value)
    found: list[tuple[str, str]] = []
    if "cloudflare" in held:
        found.append(("CLOUDFLARE_API_TOKEN", "a token that may edit DNS at Cloudflare"))
    if "hetzner" in held:
        found.append(("HCLOUD_TOKEN", "a token of the project that holds the zones at Hetzner"))
    if isinstance(parent, UpdatedParent):
        found.append(("TSIG_SECRET", f"the secret of the key {parent.key}, base64"))
    return tuple(found)


def _parent_holder(delegations: Delegations, parent: Parent) -> str:
    match parent:
        case CloudflareParent():
            return f"at Cloudflare, {_account(delegations.accounts.cloudflare, 'cloudflare')}"
        case HetznerParent():
            return f"at Hetzner DNS, {_account(delegations.accounts.hetzner, 'hetzner')}"
        case UpdatedParent():
            return f"on {parent.server} port {parent.port}, updated with the key {parent.key}"
        case ManualParent():
            return f"at a registrar, {declared(parent.page, 'parent.page')}"
    assert_never(parent)


def _account(text: str, provider: str) -> str:
    return f"account {declared(text, f'accounts.{provider}')}"
