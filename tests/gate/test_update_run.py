"""The plan alone, without the gate's hooks: the engine performs nothing else, although it previews nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ffinfra.gate import engine as gate
from ffinfra.gate.update_run import run_update
from tests.lab.plugins.engine import REPOSITORY, Engine

pytestmark = pytest.mark.full

PROGRAM = """\
from pathlib import Path
import pulumi

class Host(pulumi.CustomResource):
    def __init__(self, name, text):
        place = Path(__file__).resolve().parent.parent / "hosts"
        super().__init__("freifunk:index:HostConfig", name, {
            "host": name,
            "transport": {"kind": "directory", "path": str(place)},
            "files": {"/etc/motd": {"content": text, "mode": "0644"}},
        })

"""


def test_a_program_that_was_swapped_after_the_plan(tmp_path: Path) -> None:
    """Another value and one resource more are refused; one less is not deleted, and what is in the plan is done."""
    engine = _two_hosts(tmp_path)
    engine.program(PROGRAM + 'Host("a", "second")\nHost("b", "first")\n')
    ours = gate.Engine(engine.project, "test", engine.environment)
    plan = ours.preview().plan
    assert plan is not None

    for swapped, said in (
        ('Host("a", "evil")\nHost("b", "first")\n', r"::a violates plan: properties changed: ~~files"),
        ('Host("a", "second")\nHost("b", "first")\nHost("c", "evil")\n', "create is not allowed by the plan"),
        ('Host("a", "second")\n', "delete is not allowed by the plan: this resource is constrained to same"),
    ):
        engine.program(PROGRAM + swapped)
        result = run_update(ours, plan, "none", lambda _: None)
        assert result.exit_code != 0
        assert re.search(said, result.talk), result.talk
    assert _world(engine) == {"a": "second", "b": "first"}


def _two_hosts(folder: Path) -> Engine:
    """A project without the gate, applied once."""
    made = Engine(folder)
    plugins = {"providers": [{"name": "freifunk", "path": str(REPOSITORY / "plugins" / "freifunk")}]}
    text = json.dumps({"name": "example", "runtime": "python", "plugins": plugins})
    (made.project / "Pulumi.yaml").write_text(text)
    made.init()
    made.program(PROGRAM + 'Host("a", "first")\nHost("b", "first")\n')
    made.up()
    return made


def _world(engine: Engine) -> dict[str, str]:
    return {file.parts[-3]: file.read_text() for file in sorted((engine.folder / "hosts").glob("*/etc/motd"))}
