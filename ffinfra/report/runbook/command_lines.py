"""The lines that change the parent without its page: curl or nsupdate, secrets in shell variables alone."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Sequence
from typing import Final, assert_never

from ffinfra.dns.backends.cloudflare import cloudflare_record
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
from ffinfra.dns.differences import RRsetChange
from ffinfra.dns.names import relative
from ffinfra.dns.records import RRset, RRsetKey

CLOUDFLARE_API: Final = "https://api.cloudflare.com/client/v4"
HETZNER_API: Final = "https://api.hetzner.cloud/v1"
_CLOUDFLARE: Final = 'curl -sS --retry 5 --fail-with-body -H "Authorization: Bearer $CLOUDFLARE_API_TOKEN"'
_HETZNER: Final = 'curl -sS --retry 5 --fail-with-body -H "Authorization: Bearer $HCLOUD_TOKEN"'
_NO_RECORD: Final = "0" * 32
"""An identifier that no record has."""
_JSON: Final = "-H 'Content-Type: application/json'"


def command_lines(
    parent: Parent, changes: Sequence[RRsetChange], touched: Sequence[RRsetKey], wanted: Sequence[RRset]
) -> tuple[str, ...]:
    """The lines that bring one delegation to what is wanted; none where only a person can.

    Args:
        parent: the parent zone.
        changes: from what stands by declaration to what is wanted.
        touched: every name and type of this delegation in any mode.
        wanted: NS, glue and DS as they shall be.
    """
    match parent:
        case CloudflareParent():
            return _cloudflare(parent, touched, wanted)
        case HetznerParent():
            return tuple(_hetzner(parent, change) for change in changes)
        case UpdatedParent():
            return _nsupdate(parent, touched, wanted)
        case ManualParent():
            return ()
    assert_never(parent)


def listing_line(zone: str, side: Side) -> str | None:
    """The line that shows what a provider holds of a zone; None where there is no API to ask."""
    match side:
        case HetznerSide() | HetznerSecondarySide():
            return f"{_HETZNER} '{HETZNER_API}/zones/{zone}/rrsets?per_page=50&page=1'"
        case CloudflareSide():
            return f"{_CLOUDFLARE} '{CLOUDFLARE_API}/zones/{side.zone_id}/dns_records?per_page=100'"
        case OwnSide() | FriendSide():
            return None
    assert_never(side)


def _cloudflare(
    parent: CloudflareParent, touched: Sequence[RRsetKey], wanted: Sequence[RRset]
) -> tuple[str, ...]:
    """All that stands goes and all that is wanted comes, in one batch: all of it or nothing.

    Where the listing fails, an identifier that no record has makes the batch fail too.

    https://developers.cloudflare.com/dns/manage-dns-records/how-to/batch-record-changes/
    """
    queries = " ".join(shlex.quote(f"type={key.type}&name.exact={key.owner[:-1]}") for key in touched)
    posts = json.dumps([_cloudflare_post(rrset, value) for rrset in wanted for value in rrset.values])
    failed = f"""echo '"id":"{_NO_RECORD}"'"""
    listed = f'for Q in {queries}; do {_CLOUDFLARE} "$R?$Q" || {failed}; done'
    identifiers = """grep -oE '"id": ?"[0-9a-f]{32}"' | sed 's/.*/{&}/' | paste -sd, -"""
    body = f"""'{{"deletes": ['"$OLD"'], "posts": {posts}}}'"""
    return (
        f"R={CLOUDFLARE_API}/zones/{parent.zone_id}/dns_records",
        f"OLD=$({listed} | {identifiers})",
        f'{_CLOUDFLARE} {_JSON} "$R/batch" -d {body}',
    )


def _cloudflare_post(rrset: RRset, value: str) -> dict[str, object]:
    record = cloudflare_record(rrset, value)
    body: dict[str, object] = {"type": record.type, "name": record.name, "ttl": record.ttl, "proxied": False}
    if record.content is not None:
        body["content"] = record.content
    if record.data is not None:
        body["data"] = dict(record.data)
    return body


def _hetzner(parent: HetznerParent, change: RRsetChange) -> str:
    """One call an RRset (https://docs.hetzner.cloud/reference/cloud#zone-rrsets)."""
    name = relative(change.key.owner, parent.origin)
    base = f"{HETZNER_API}/zones/{parent.zone}/rrsets"
    if change.new is None:
        return f"{_HETZNER} -X DELETE {shlex.quote(f'{base}/{name}/{change.key.type}')}"
    values = [{"value": value} for value in change.new.values]
    if change.old is None:
        body = {"name": name, "type": change.key.type, "ttl": change.new.ttl, "records": values}
        return f"{_HETZNER} {_JSON} {shlex.quote(base)} -d {shlex.quote(json.dumps(body))}"
    call = f"{base}/{name}/{change.key.type}/actions/set_records"
    return f"{_HETZNER} {_JSON} {shlex.quote(call)} -d {shlex.quote(json.dumps({'records': values}))}"


def _nsupdate(parent: UpdatedParent, touched: Sequence[RRsetKey], wanted: Sequence[RRset]) -> tuple[str, ...]:
    """One UPDATE message, all of it or nothing (RFC 2136 section 3.4.2)."""
    lines = [f"server {parent.server} {parent.port}", f"zone {parent.origin}"]
    lines += [f"update delete {key.owner} {key.type}" for key in touched]
    lines += [f"update add {line}" for line in _lines(wanted)]
    told = " ".join(shlex.quote(line) for line in [*lines, "send"])
    return (f"printf '%s\\n' {told} | nsupdate -y \"hmac-sha256:{parent.key}:$TSIG_SECRET\"",)


def _lines(rrsets: Iterable[RRset]) -> Iterable[str]:
    return (f"{one.owner} {one.ttl} {one.type} {value}" for one in rrsets for value in one.values)
