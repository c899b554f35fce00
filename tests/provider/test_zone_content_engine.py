"""ZoneContent through the real engine: preview, up, drift, refresh, import, and secrets that stay secret."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ffinfra.dns.soa_settings import SoaSettings
from ffinfra.dns.wire.reconcile import Wish, reconcile
from ffinfra.dns.wire.server import Key, Server
from ffinfra.dns.wire.transfer import transfer_zone
from ffinfra.dns.zone_text import content_text, parse_content
from tests.daemons.knot import KEY_ALGORITHM, KEY_NAME, KEY_SECRET, Knot, running_knot
from tests.lab.plugins.engine import REPOSITORY, Engine

pytestmark = pytest.mark.full
ORIGIN = "mesh.example."
SEED = "@ 600 SOA ns1 hostmaster 1 4h 1h 2w 1h\n@ 600 NS seed\n"
CONTENT = "mesh.example. 600 IN NS ns1.mesh.example.\nns1.mesh.example. 600 IN A 192.0.2.1\n"
KEY = Key(KEY_NAME, KEY_ALGORITHM, KEY_SECRET)

PROGRAM = """\
import pulumi
from pathlib import Path

class ZoneContent(pulumi.CustomResource):
    def __init__(self, name, properties, options=None):
        super().__init__("freifunk:index:ZoneContent", name, properties, options)

ZoneContent("mesh", {{
    "zone": "mesh.example.",
    "content": Path("content").read_text(),
    "soa": {{"refresh": 7200}},
    "server": {{"address": "{address}", "port": {port}}},
    "tsig": pulumi.Output.secret({{"name": "{key}", "algorithm": "{algorithm}", "secret": "{secret}"}}),
}})
"""


@pytest.fixture
def knot(tmp_path: Path) -> Iterator[Knot]:
    folder = tmp_path / "knot"
    folder.mkdir()
    with running_knot(folder, {ORIGIN: SEED}) as running:
        yield running


@pytest.fixture
def engine(tmp_path: Path, knot: Knot) -> Engine:
    made = Engine(tmp_path / "engine", {"FFINFRA_IMPORT_TSIG": f"{KEY_ALGORITHM}:{KEY_NAME}:{KEY_SECRET}"})
    plugins = {"providers": [{"name": "freifunk", "path": str(REPOSITORY / "plugins" / "freifunk")}]}
    project = {"name": "example", "runtime": "python", "plugins": plugins}
    (made.project / "Pulumi.yaml").write_text(json.dumps(project))
    made.program(
        PROGRAM.format(
            address=knot.address, port=knot.port, key=KEY_NAME, algorithm=KEY_ALGORITHM, secret=KEY_SECRET
        )
    )
    (made.project / "content").write_text(CONTENT)
    made.init()
    return made


def served(knot: Knot) -> str:
    return content_text(transfer_zone(Server(knot.address, knot.port), ORIGIN, key=KEY).content)


def somebody_writes(knot: Knot, content: str) -> None:
    server = Server(knot.address, knot.port)
    before = transfer_zone(server, ORIGIN, key=KEY)
    wish = Wish(before.content, SoaSettings(), parse_content(content, ORIGIN), SoaSettings())
    reconcile(server, ORIGIN, before, wish, key=KEY, now=1)


def test_a_zones_life_in_the_engine(engine: Engine, knot: Knot) -> None:
    engine.up()
    assert served(knot) == CONTENT
    assert "2 unchanged" in engine.run("preview", "--refresh", "--expect-no-changes")

    drifted = CONTENT.replace("192.0.2.1", "192.0.2.99")
    somebody_writes(knot, drifted)
    changed = CONTENT + "www.mesh.example. 600 IN A 192.0.2.80\n"
    (engine.project / "content").write_text(changed)
    said = engine.up(fails=True)
    assert "somebody else changed mesh.example." in said
    assert "~ ns1.mesh.example. A: 192.0.2.1 -> 192.0.2.99" in said
    assert "Traceback" not in said
    assert served(knot) == drifted

    assert "192.0.2.99" in engine.run("refresh", "--yes", "--diff")
    assert "192.0.2.80" in engine.run("preview", "--diff")
    engine.up()
    assert served(knot) == changed
    assert KEY_SECRET not in engine.run("stack", "export")

    engine.run("destroy", "--yes", "--skip-preview")
    assert served(knot) == "mesh.example. 600 IN NS ns1.mesh.example.\n"


def test_a_bad_content_is_refused_at_preview(engine: Engine) -> None:
    (engine.project / "content").write_text("www.mesh.example. 600 IN A 192.0.2.256\n")
    said = engine.run("preview", fails=True)
    assert "content:1: '192.0.2.256' is no value of type A" in said


def test_an_import_without_any_state(engine: Engine, knot: Knot) -> None:
    somebody_writes(knot, CONTENT)
    identifier = f"mesh.example@{knot.address}@{knot.port}"
    engine.run("import", "freifunk:index:ZoneContent", "mesh", identifier, "--yes", "--generate-code=false")
    (engine.project / "content").write_text(CONTENT)
    assert KEY_SECRET not in engine.run("stack", "export")
    said = engine.run("preview", "--diff")
    assert "content" not in said
    engine.run("state", "unprotect", "--all", "--yes")
    engine.up()
    assert served(knot) == CONTENT
