"""A living network is taken over in the lab: declared, imported, and nothing of it is touched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adoption.living import SECRET, SERVERS, ZONES, LivingNetwork, empty_project
from tests.failover.lab_night import make_night

pytestmark = [pytest.mark.full, pytest.mark.long]

TUNNEL = (
    "[{interface: bb1, remote: 203.0.113.193, autonomous_system: 64500, ipv4: 192.0.2.226/30,"
    " neighbour_ipv4: 192.0.2.225, ipv6: '2001:db8:b1:5::2/64', neighbour_ipv6: '2001:db8:b1:5::1'}]"
)
ANSWERS = {
    "the community's name in one word": "musterstadt",
    "EUR a month that the network": "240",
    "whose key is alex laptop?": "alex",
    "whose key is kim?": "kim",
    "the mesh's name": "ffmuster",
    "how many routers": "420",
    "how many supernodes must be left": "1",
    "our AS number": "64511",
    "the resolvers that clients": "[203.0.113.197, 203.0.113.198]",
    "the name of the contract": "hetzner-verein",
    "the carrier that": "hetzner",
    "the AS that its addresses": "64498",
    "such as {source": "{source: stable, package: linux-image-amd64}",
    "how many servers the account": "5",
    "64 hex digits": "941f4593d69ee0fdf3f62fb12814dca66cd137db02e1ae7a9c9313fc2affa9df",
    "its address and prefix on the mesh": "203.0.113.129/27",
    "the first address that": "203.0.113.130",
    "the last address that": "203.0.113.158",
    "its IPv6 address and prefix there": "3fff:5::1/64",
    "the public address that clients": "198.51.100.205",
    "the IPv6 prefix that": "3fff:5::/48",
    "the GRE tunnels": TUNNEL,
}
"""What no API tells."""


@pytest.fixture
def living(short_path: Path) -> Iterator[LivingNetwork]:
    """A network that people made by hand, beside an empty copy of the project."""
    night = make_night(short_path / "checkout")
    try:
        made = LivingNetwork(night, empty_project(short_path / "taking" / "project"))
        made.make()
        yield made
        made.end()
    finally:
        night.run("lab", "down")


def answered(text: str) -> str:
    """A file with every question answered as a person would; what is none of ours stays outside."""
    lines = []
    for line in text.splitlines():
        head, mark, question = line.partition("# ?? ")
        if mark and not head.strip():
            assert "server wiki (cx23 in nbg1" in question
            continue
        value = next((value for words, value in ANSWERS.items() if question.startswith(words)), "")
        assert value or not mark, line
        lines.append(f"{head}{value}" if mark else line)
    return "\n".join(lines) + "\n"


def test_a_living_network_is_taken_over_untouched(living: LivingNetwork) -> None:
    before = living.serials()
    living.history()
    first = living.adopt()
    assert first.returncode == 3, first.stdout + first.stderr
    assert "found: 4 servers, 8 addresses, 5 zones" in first.stderr
    community = "Pulumi.prod.yaml:4: config.ffinfra:network.community: the community's name in one word"
    assert community in first.stdout

    for name in ("Pulumi.prod.yaml", "dns/delegations.yaml"):
        file = living.project / name
        file.write_text(answered(file.read_text()))
    second = living.adopt()
    assert second.returncode == 2, second.stderr
    assert "openssl rand -hex 32 | pulumi config set --secret ffinfra:gateKey -s prod" in second.stderr

    for stack in ("prod", "failover"):
        living.pulumi(
            "config", "set", "--secret", "ffinfra:gateKey", "-s", stack, told="0123456789abcdef" * 4
        )
    living.pulumi("config", "set", "--secret", "--path", "ffinfra:tsig.update", "-s", "prod", told=SECRET)
    living.pulumi("config", "set", "ffinfra:mode", "mixed", "-s", "failover")
    third = living.adopt("--json")
    assert third.returncode == 0, third.stdout + third.stderr
    told = json.loads(third.stdout)
    assert (told["schema"], told["questions"]) == ("ffinfra.adopt/1", [])
    assert told["stacks"] == [{"stack": name, "changes": []} for name in ("prod", "failover")]
    assert "the parent is at mode primary" in third.stderr
    assert "prod: nothing would change" in third.stderr
    assert "failover: nothing would change" in third.stderr

    for stack in ("prod", "failover"):
        living.pulumi("preview", "--refresh", "--expect-no-changes", "-s", stack)
    assert imported(living, "prod") >= {
        *(("hcloud:index/server:Server", name.split(".")[0]) for name in SERVERS),
        *(("hcloud:index/primaryIp:PrimaryIp", f"{name.split('.')[0]}-ipv4") for name in SERVERS),
        *(("freifunk:index:ZoneContent", zone) for zone in ZONES),
    }
    asked = living.history()
    assert {call.split(" ")[0] for call in asked} == {"GET"}
    assert living.serials() == before


def imported(living: LivingNetwork, stack: str) -> set[tuple[str, str]]:
    """Type and name of everything in the state that has an identifier of its own."""
    exported = json.loads(living.pulumi("stack", "export", "-s", stack))["deployment"]["resources"]
    return {(one["type"], one["urn"].rsplit("::", 1)[-1]) for one in exported if one.get("id")}
