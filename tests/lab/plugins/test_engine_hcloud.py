"""The real engine, small programs of pulumi_hcloud, our stand-in and the lab's cloud."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ffinfra.lab.plugins.package import install
from tests.lab.plugins.clouds import Clouds, running
from tests.lab.plugins.engine import REPOSITORY, Engine
from tests.lab.plugins.full_program import NAMES, PROGRAM

pytestmark = [pytest.mark.full, pytest.mark.long]

HEAD = "import pulumi\nimport pulumi_hcloud as hcloud\n"
ZONE = 'zone = hcloud.Zone("zone", name="example.org", mode="primary"{})\n'
SERVER = 'hcloud.Server("server", name="server", server_type="ccx13", image="debian-12", location="fsn1"{})\n'


@dataclass
class World:
    engine: Engine
    clouds: Clouds

    def program(self, text: str) -> None:
        self.engine.program(HEAD + text)

    def up(self, text: str, *more: str, fails: bool = False) -> str:
        """Write the program and bring it up; what was asked before is forgotten."""
        self.program(text)
        self.clouds.asked()
        return self.engine.up(*more, fails=fails)


@pytest.fixture(scope="module")
def clouds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clouds]:
    with running(tmp_path_factory.mktemp("clouds")) as clouds:
        yield clouds


@pytest.fixture
def world(tmp_path: Path, clouds: Clouds) -> Iterator[World]:
    engine = Engine(tmp_path, clouds.variables)
    install(engine.home, pulumi=engine.cli, python=REPOSITORY / ".venv" / "bin" / "python")
    engine.init()
    clouds.asked()
    yield World(engine, clouds)
    engine.run("destroy", "--yes", "--skip-preview")


def test_all_types_from_nothing_to_nothing(world: World) -> None:
    world.program(PROGRAM)
    assert sorted(world.engine.steps()) == sorted([*NAMES, "example-test"])
    assert world.clouds.asked() == []
    world.engine.up()
    assert len(world.clouds.asked()) == 35

    assert world.engine.steps() == {}
    assert world.clouds.asked() == []
    world.engine.run("preview", "--refresh", "--expect-no-changes")
    assert sorted({call.split(" ")[0] for call in world.clouds.asked()}) == ["GET"]
    world.engine.run("refresh", "--yes", "--expect-no-changes")
    assert world.engine.steps() == {}

    state = world.engine.state()
    assert state["server"]["outputs"]["userData"] == "wK9leoEi2xH7hUH5D+q3hxwsPXE="
    assert state["server"]["inputs"]["userData"] == "#cloud-config\n"
    assert "c2VjcmV0" not in world.engine.run("stack", "export")


def test_update_in_place(world: World) -> None:
    world.up(ZONE.format(""))
    world.program(ZONE.format(", ttl=60, labels={'a': 'b'}"))
    assert world.engine.steps() == {"zone": "update"}
    world.engine.up()
    (zone,) = [call for call in world.clouds.asked() if call.startswith("PUT")]
    assert zone.startswith("PUT /zones/")
    assert world.engine.state()["zone"]["outputs"]["ttl"] == 60


def replacement(world: World) -> list[str]:
    """The operations that replace something, in the engine's order."""
    said = world.engine.run("preview", "--json", "--show-replacement-steps")
    digest = json.loads(said[said.index("{") : said.rindex("}") + 1])
    return [step["op"] for step in digest["steps"] if step["op"] != "same"]


def test_networks_are_deleted_first_and_keys_created_first(world: World) -> None:
    world.up('hcloud.Network("net", name="net", ip_range="10.0.0.0/16")\n')
    world.program('hcloud.Network("net", name="net", ip_range="10.1.0.0/16")\n')
    assert replacement(world) == ["delete-replaced", "replace", "create-replacement"]
    world.engine.up()

    key = 'hcloud.SshKey("key", name="{}", public_key="ssh-ed25519 {} a@example.org")\n'
    one = "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
    two = "AAAAC3NzaC1lZDI1NTE5AAAAIJwyRKlaNq1/kNwsvc25yVjEsLixM1cle0/noZSGdGek"
    world.up(key.format("key", one))
    world.program(key.format("key", two))
    assert replacement(world) == ["create-replacement", "replace", "delete-replaced"]
    said = world.engine.up(fails=True)
    assert "(uniqueness_error)" in said
    assert "Status code: 409" in said
    world.up(key.format("other", two))


def test_protection_refuses_and_leaves_the_server_off(world: World) -> None:
    guarded = ", delete_protection=True, rebuild_protection=True, shutdown_before_deletion=True"
    world.up(SERVER.format(guarded))
    said = world.engine.run("destroy", "--yes", "--skip-preview", fails=True)
    assert "(protected)" in said
    (server,) = world.clouds.call("GET", "/servers")["servers"]
    assert server["status"] == "off"
    world.up(SERVER.format(""))


def test_import(world: World) -> None:
    zone_id = world.clouds.call("POST", "/zones", {"name": "example.com", "mode": "primary"})["zone"]["id"]
    body = {"name": "www", "type": "A", "ttl": 60, "records": [{"value": "192.0.2.1"}]}
    world.clouds.call("POST", "/zones/example.com/rrsets", body)
    world.up(
        'hcloud.Zone("zone", name="example.com", mode="primary",'
        ' opts=pulumi.ResourceOptions(import_="example.com"))\n'
        'hcloud.ZoneRrset("www", zone="example.com", name="www", type="A", ttl=60,'
        ' records=[{"value": "192.0.2.1"}],'
        ' opts=pulumi.ResourceOptions(import_="example.com/www/A"))\n'
    )
    assert {call.split(" ")[0] for call in world.clouds.asked()} == {"GET"}
    state = world.engine.state()
    assert (state["zone"]["id"], state["www"]["id"]) == (str(zone_id), "www/A")
    world.engine.run("preview", "--refresh", "--expect-no-changes")


def test_what_the_older_family_left_half_done_is_finished_by_two_more_runs(world: World) -> None:
    world.clouds.will("POST", "/servers/*/actions/enable_backup", kind="locked")
    said = world.up(SERVER.format(", backups=True"), fails=True)
    assert "(locked)" in said
    server = world.engine.state()["server"]
    assert len(server["initErrors"]) == 1
    path = f"/servers/{server['id']}"
    world.clouds.asked()

    world.engine.up()
    assert world.clouds.asked() == [f"GET {path}", f"GET {path}"]
    world.engine.up()
    assert world.clouds.asked() == [f"GET {path}", f"POST {path}/actions/enable_backup", f"GET {path}"]
    assert world.engine.steps() == {}


def test_what_the_framework_left_half_done_is_forgotten(world: World) -> None:
    world.clouds.will("POST", "/zones", kind="failing_action")
    said = world.up(ZONE.format(""), fails=True)
    assert "Action failed: An API action for the resource failed." in said
    assert "zone" not in world.engine.state()
    world.up("")
    for zone in world.clouds.call("GET", "/zones")["zones"]:
        if zone["name"] == "example.org":
            world.clouds.call("DELETE", f"/zones/{zone['id']}")


def test_the_cloud_may_be_down_for_a_preview_but_the_token_is_looked_at(world: World) -> None:
    world.program(ZONE.format(""))
    variables = world.engine.environment
    variables["HCLOUD_ENDPOINT"] = "http://127.0.0.1:1/v1"
    assert set(world.engine.steps()) == {"example-test", "zone"}
    said = world.engine.up(fails=True)
    assert 'POST "http://127.0.0.1:1/v1/zones": Connection refused' in said
    variables["HCLOUD_TOKEN"] = "short"
    said = world.engine.run("preview", fails=True)
    assert "entered token is invalid (must be exactly 64 characters long)" in said
    del variables["HCLOUD_TOKEN"]
    assert "Missing Hetzner Cloud API token" in world.engine.run("preview", fails=True)
    variables.update(world.clouds.variables)


def test_an_explicit_provider_inside_a_component(world: World) -> None:
    endpoint, token = (world.engine.environment.pop(name) for name in ("HCLOUD_ENDPOINT", "HCLOUD_TOKEN"))
    world.up(
        f"""
class Site(pulumi.ComponentResource):
    def __init__(self, name, opts):
        super().__init__("example:index:Site", name, None, opts)
        hcloud.Zone("zone", name="example.org", mode="primary", opts=pulumi.ResourceOptions(parent=self))

provider = hcloud.Provider("lab", endpoint="{endpoint}", token="{token}", poll_interval="20ms",
    poll_function="constant")
Site("site", pulumi.ResourceOptions(providers=[provider]))
"""
    )
    exported = world.engine.run("stack", "export")
    assert token not in exported
    assert world.engine.steps() == {}


def test_ignored_changes_stay_ignored(world: World) -> None:
    world.up(SERVER.format(", user_data='one'"))
    ignoring = ", user_data='{}', opts=pulumi.ResourceOptions(ignore_changes=['userData'])"
    world.program(SERVER.format(ignoring.format("two")))
    assert world.engine.steps() == {}
    world.up(SERVER.format(f"{ignoring.format('three')}, labels={{'a': 'b'}}"))
    assert sorted({call.split(" ")[0] for call in world.clouds.asked()}) == ["GET", "PUT"]
    assert world.engine.steps() == {}
