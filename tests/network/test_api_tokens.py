"""No message tells a token, also where it cannot be sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import pytest

from ffinfra.adoption.at_cloudflare import at_cloudflare
from ffinfra.adoption.at_hetzner import at_hetzner
from ffinfra.dns.sources.cloudflare import read_cloudflare
from ffinfra.dns.sources.hetzner import read_hetzner
from ffinfra.failover.held import RECORD_TYPE, ZONE_TYPE, Wanted, list_held
from ffinfra.gate.existing import existing_id
from ffinfra.gate.state import PendingOperation
from ffinfra.network.api_tokens import api_token
from ffinfra.network.credentials import Credential
from ffinfra.network.live_credentials import LiveCheck, Liveness, check_live
from ffinfra.problems import OperationalError

HETZNER, CLOUDFLARE = "HCLOUD_TOKEN", "CLOUDFLARE_API_TOKEN"
NOWHERE = {"HCLOUD_ENDPOINT": "http://127.0.0.1:1/v1", "CLOUDFLARE_BASE_URL": "http://127.0.0.1:1"}
ZONE = {"name": "mesh.example"}
RECORD = {"zoneId": "1", "type": "A", "name": "www.mesh.example"}


def pending(kind: str, inputs: Mapping[str, str]) -> PendingOperation:
    return PendingOperation(f"urn:pulumi:prod::ffinfra::{kind}::it", "creating", inputs)


@pytest.mark.parametrize("spoilt", ["s3cret\r", "s3cret\n", " s3cret", "s3cr\u00e9t"])
@pytest.mark.parametrize(
    ("variable", "ask"),
    [
        (HETZNER, at_hetzner),
        (CLOUDFLARE, at_cloudflare),
        (HETZNER, lambda found: read_hetzner("mesh.example.", found)),
        (CLOUDFLARE, lambda found: read_cloudflare("mesh.example.", "1", found)),
        (HETZNER, lambda found: list_held([Wanted(ZONE_TYPE, "a", ZONE, protect=False, urn="")], found)),
        (
            CLOUDFLARE,
            lambda found: list_held([Wanted(RECORD_TYPE, "a", RECORD, protect=False, urn="")], found),
        ),
        (HETZNER, lambda found: existing_id(pending(ZONE_TYPE, ZONE), found)),
        (CLOUDFLARE, lambda found: existing_id(pending(RECORD_TYPE, RECORD), found)),
    ],
)
def test_what_cannot_be_sent_is_not_told(
    variable: str, ask: Callable[[Mapping[str, str]], object], spoilt: str
) -> None:
    with pytest.raises(OperationalError) as raised:
        ask({**NOWHERE, variable: spoilt})
    assert str(raised.value) == (
        f"{variable} holds a character that no token has, such as a line end. Copy the token anew"
    )


def test_nor_where_a_credential_is_compared_with_the_world() -> None:
    credential = Credential.model_validate(
        {
            "name": "hetzner",
            "kind": "api-token",
            "unlocks": "rollouts",
            "owner": "alex",
            "expires": date(2027, 1, 1),
            "variable": HETZNER,
        }
    )
    assert check_live(credential, {**NOWHERE, HETZNER: "s3cret\r"}) == LiveCheck(
        Liveness.UNKNOWN, f"{HETZNER} holds a character that no token has, such as a line end"
    )


def test_any_other_is_handed_on() -> None:
    assert api_token({HETZNER: "a1B2_-"}, HETZNER) == "a1B2_-"
    assert api_token({}, HETZNER) == ""
