"""DKIM: the public keys that mail is signed with (RFC 6376)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from ffinfra.dns.lint.context import Context
from ffinfra.dns.lint.finding import Hit, Level, Rule
from ffinfra.dns.lint.texts import joined, tag_list

_WAY_OUT = "Copy the record from the mail server again; long keys are several quoted strings in a row."
_OCTETS_OF_RSA_1024 = 140
"""A SubjectPublicKeyInfo with a 1024 bit modulus has about 160 octets, the bare key 140."""


def _records(context: Context) -> Iterator[tuple[str, str, str]]:
    for rrset in context.rrsets("TXT"):
        if "._domainkey." in rrset.owner:
            yield from ((rrset.owner, value, joined(value)) for value in rrset.values)


def mistakes(text: str) -> Iterator[str]:
    """What is wrong with a DKIM key record."""
    tags, problems = tag_list(text)
    yield from problems
    found = dict(tags)
    if "v" in found and tags[0] != ("v", "DKIM1"):
        yield "v=DKIM1 must come first"
    if found.get("k", "rsa") not in ("rsa", "ed25519"):
        yield f"k={found['k']} is not rsa or ed25519"
    if "p" not in found:
        yield "it has no public key p="
        return
    try:
        key = base64.b64decode("".join(found["p"].split()), validate=True)
    except (binascii.Error, ValueError):
        yield "p= is not base64"
        return
    if found.get("k") == "ed25519" and len(key) not in (0, 32):
        yield f"an ed25519 key has 32 octets, not {len(key)}"
    elif found.get("k", "rsa") == "rsa" and 0 < len(key) < _OCTETS_OF_RSA_1024:
        yield "the RSA key has less than 1024 bits or is cut off (RFC 8301 section 3.2)"


def _syntax(context: Context) -> Iterator[Hit]:
    for owner, value, text in _records(context):
        for mistake in mistakes(text):
            yield Hit(owner, "TXT", f"DKIM: {mistake}", _WAY_OUT, value)


RULES = (Rule("dkim-syntax", Level.ERROR, "a DKIM key cannot be used", "RFC 6376 section 3.6.1", _syntax),)
