"""What ZoneContent refuses at preview, in words for people and without secrets."""

from __future__ import annotations

from typing import Any

import pytest

from ffinfra.dns.wire.server import Server
from ffinfra.problems import OperationalError
from ffinfra.provider.properties import UNKNOWN
from ffinfra.provider.zone_content_inputs import (
    IMPORT_KEY_VARIABLE,
    import_key,
    input_refusals,
    parse_import_id,
    zone_inputs,
)

SECRET = "c2VjcmV0"
GOOD: dict[str, Any] = {
    "zone": "mesh.example.",
    "content": "mesh.example. 600 IN NS ns1.mesh.example.\n",
    "soa": {"refresh": 7200},
    "server": {"address": "2001:db8::53", "port": 53},
    "tsig": {"name": "update", "algorithm": "hmac-sha256", "secret": SECRET},
}


def refused(**changes: Any) -> list[str]:
    found = input_refusals({**GOOD, **changes}, with_content=True)
    return [f"{refusal.property}: {refusal.reason}" for refusal in found]


def test_good_inputs() -> None:
    assert refused() == []
    assert refused(soa=None) == []
    read = zone_inputs(GOOD)
    assert read.server == Server("2001:db8::53", 53)
    assert [str(rrset) for rrset in read.content()] == ["mesh.example. 600 NS ns1.mesh.example."]


def test_unknown_parts_are_passed_over() -> None:
    assert refused(content=UNKNOWN, tsig=UNKNOWN, server={"address": UNKNOWN, "port": 53}) == []
    assert refused(zone=UNKNOWN) == []


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("zone", None, "zone: the zone's name is missing"),
        ("zone", "Mesh.example.", "zone: Mesh.example. is not canonical, it would be mesh.example."),
        ("zone", "mesh.example", "zone: mesh.example has no final dot and there is no origin to append"),
        ("content", 5, "content: the zone's content is missing"),
        ("content", "", "content: mesh.example. has no NS record at its apex"),
        ("content", "x\n", "content: content:1: 'x' is not of the form 'owner ttl IN type value'. Let"),
        ("soa", {"serial": 5}, "soa: serial is not a field that can be set"),
        ("soa", "x", "soa: is not a map of fields"),
        (
            "server",
            {"address": "ns1.mesh.example"},
            "server: allowed is {address: an IP address, port: 1 to 65535}",
        ),
        ("server", {"address": "192.0.2.1", "port": 0}, "server: allowed is"),
        ("server", {"address": "192.0.2.1", "user": "x"}, "server: allowed is"),
        ("tsig", {"name": "k"}, "tsig: allowed is {name, algorithm, secret}, all text"),
        ("tsig", {**GOOD["tsig"], "algorithm": "md4"}, "tsig: the TSIG algorithm md4 is unknown; known are"),
        (
            "tsig",
            {**GOOD["tsig"], "secret": "hush hush"},
            "tsig: the secret of the TSIG key update is not base64",
        ),
        ("tsig", {**GOOD["tsig"], "name": "a..b"}, "tsig: a..b. has an empty label"),
        ("color", "red", "color: is no input of ZoneContent"),
    ],
)
def test_what_is_refused(key: str, value: object, reason: str) -> None:
    (found,) = refused(**{key: value})
    assert found.startswith(reason)
    assert "hush" not in found


def test_many_mistakes_in_a_content_are_counted() -> None:
    (found,) = refused(content="x\n" * 9)
    assert found.count("is not of the form") == 5
    assert found.endswith("; and 4 more")


def test_a_set_that_no_update_can_carry_is_refused_at_preview() -> None:
    values = "".join(f'mesh.example. 600 IN TXT "{number:04d}{"x" * 240}"\n' for number in range(120))
    (found,) = refused(content=GOOD["content"] + values)
    assert found.startswith("content: mesh.example. TXT: our own primary takes sets of 28672 octets, not ")


def test_a_state_that_cannot_be_used() -> None:
    with pytest.raises(
        OperationalError, match="the ZoneContent in the state is unusable: server: allowed is"
    ):
        zone_inputs({**GOOD, "server": None})


@pytest.mark.parametrize(
    ("resource_id", "zone", "server"),
    [
        ("mesh.example@192.0.2.53", "mesh.example.", Server("192.0.2.53")),
        ("Mesh.example.@2001:db8::53@5353", "mesh.example.", Server("2001:db8::53", 5353)),
    ],
)
def test_import_ids(resource_id: str, zone: str, server: Server) -> None:
    assert parse_import_id(resource_id) == (zone, server)


@pytest.mark.parametrize(
    "resource_id", ["mesh.example", "mesh.example@ns1", "a..b@192.0.2.1", "x@192.0.2.1@y"]
)
def test_bad_import_ids(resource_id: str) -> None:
    with pytest.raises(OperationalError, match=r"is not of the form zone@address or zone@address@port"):
        parse_import_id(resource_id)


@pytest.mark.parametrize("value", [None, "hush", "hmac-sha256:k:hush hush"])
def test_the_import_key_is_missing_or_bad(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(IMPORT_KEY_VARIABLE, raising=False)
    if value is not None:
        monkeypatch.setenv(IMPORT_KEY_VARIABLE, value)
    with pytest.raises(OperationalError, match=IMPORT_KEY_VARIABLE) as raised:
        import_key()
    assert "hush" not in str(raised.value)
