"""Value types of the model: every text that later goes into a host's file is of one of these.

Each type states its grammar, so that no value can add a line or a directive to a rendered file.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from ffinfra.attribute_docstrings import attribute_docstrings
from ffinfra.problems import printable


class UnreadError(AttributeError):
    """Raised when a setting is asked for that could not be read, in a model that was read in part."""


class Model(BaseModel):
    """Base of all declarations: immutable, and a setting that is not known is an error.

    One that was read without mistakes has all its settings. One that was read in part, so that the checks can
    say more than the first mistake (ffinfra.partial_model), raises ``UnreadError`` for the others.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        defer_build=True,  # most commands use few of the models
    )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """With what stands below each setting as its description."""
        schema = handler(core_schema)
        settings = handler.resolve_ref_schema(schema).get("properties", {})
        for name, said in attribute_docstrings(cls).items():
            if name in settings:
                settings[name].setdefault("description", said)
        return schema

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - of pydantic
            """Tell a setting that was not read from a name that no setting has."""
            if name in type(self).model_fields:
                raise UnreadError(name)
            return super().__getattr__(name)


def matching(pattern: str, allowed: str) -> AfterValidator:
    """A check that a whole text has a given form; ``allowed`` is what the error says."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if compiled.fullmatch(value) is None:
            raise ValueError(f"allowed is {allowed}")
        return value

    return AfterValidator(check)


_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"

Label = Annotated[
    str,
    matching(_LABEL, "a host label: lower-case letters, digits and inner hyphens, at most 63 (RFC 1123)"),
]
"""A name of a machine, a site, a hoster; also its URN's last part, so it stays the same for life."""

DomainName = Annotated[
    str,
    matching(
        rf"(?=.{{1,253}}\Z)(?:{_LABEL}|_[a-z0-9-]{{1,62}})(?:\.{_LABEL})+",
        "a domain name of two labels or more, lower case, without the final dot (such as ns1.mesh.example)",
    ),
]
"""A fully qualified name, lower case, without the final dot."""

InterfaceName = Annotated[
    str,
    matching(
        r"[a-z][a-z0-9-]{0,14}", "an interface name: a letter, then letters, digits, hyphens, at most 15"
    ),
]
"""A network interface; the kernel's limit is 15 octets (IFNAMSIZ less one)."""

MacAddress = Annotated[
    str, matching(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}", "six lower-case hex pairs with colons")
]

FastdPublicKey = Annotated[
    str, matching(r"[0-9a-f]{64}", "64 lower-case hex digits, as fastd --show-key prints")
]
"""A fastd public key (fastd manual, method ec25519-fhmqvc)."""

WireguardPublicKey = Annotated[
    str, matching(r"[A-Za-z0-9+/]{43}=", "32 octets in base64, as wg pubkey prints")
]
"""A WireGuard public key (wg(8))."""

SshPublicKey = Annotated[
    str,
    matching(
        r"(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)|sk-ssh-ed25519@openssh\.com|"
        r"sk-ecdsa-sha2-nistp256@openssh\.com) [A-Za-z0-9+/]{40,2000}={0,3}(?: [A-Za-z0-9@._+-]{1,100})?",
        "one line of a .pub file: type, key and at most one word of comment, without options",
    ),
]
"""One OpenSSH public key (sshd(8), AUTHORIZED_KEYS FILE FORMAT), without options."""

KernelVersion = Annotated[
    str,
    matching(r"[0-9][A-Za-z0-9.+~-]{2,60}", "a Debian package version such as 6.12.95-1~bpo12+1"),
]
"""The version of a kernel's Debian package (deb-version(7), without an epoch)."""

ImageName = Annotated[str, matching(r"[a-z0-9][a-z0-9.-]{0,62}", "an image name such as debian-12")]

TimezoneName = Annotated[
    str, matching(r"[A-Za-z_]{1,20}(?:/[A-Za-z_]{1,20}){0,2}", "a name such as Europe/Berlin")
]

ShortText = Annotated[
    str,
    matching(
        r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]{0,160}",
        "one line of at most 160 characters",
    ),
]
"""Words for people, on one line; they stand in reports, never in a host's file."""

Port = Annotated[int, Field(ge=1, le=65535)]
AutonomousSystem = Annotated[int, Field(ge=1, le=4294967294)]
"""An AS number (RFC 6793)."""

Seconds = Annotated[int, Field(ge=0, le=2147483647)]
Gibibytes = Annotated[int, Field(ge=1, le=65536)]
Cores = Annotated[int, Field(ge=1, le=1024)]


def _cents(value: Decimal) -> Decimal:
    if value != value.quantize(Decimal("0.01")):
        raise ValueError("allowed is an amount in EUR with at most two decimals")
    return value.quantize(Decimal("0.01"))


Euro = Annotated[Decimal, Field(ge=0, le=1_000_000), AfterValidator(_cents)]
"""An amount in EUR, to the cent; costs are per month, with VAT."""


def shown(value: object) -> str:
    """A value as an error message shows it: on one line, bounded, without control characters."""
    text = printable(repr(value))
    return text if len(text) <= 80 else text[:77] + "..."
