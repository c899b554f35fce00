"""Recording previews of the real engine over states that are written for it; no API is asked."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ffinfra.gate.fingerprints import canonical_json
from ffinfra.lab.plugins.hcloud.server_fields import user_data_hash
from ffinfra.lab.plugins.package import install
from ffinfra.urn import name_of
from tests.gate.corpus.cleaning import Recording, cleaned_digest, cleaned_events
from tests.gate.corpus.resources import Declared
from tests.gate.corpus.scenario import Scenario
from tests.gate.corpus.standing import with_identifiers, world
from tests.gate.policies import BIN, COMMUNITY
from tests.lab.plugins.engine import REPOSITORY, engine_variables, pulumi

PROJECT, NOWHERE = "corpus", "http://127.0.0.1:9"
_SIGNATURE, _SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"
_HOOKS = {f"Before{word}": [f"gate-before-{word.lower()}"] for word in ("Create", "Update", "Delete")}
Inputs = Mapping[str, Any]


@dataclass
class Recorder:
    """A project of its own with the stacks ``prod`` and ``failover``."""

    folder: Path

    def __post_init__(self) -> None:
        self.root = self.folder / "project"
        for path in (self.root, self.folder / "home", self.folder / "backend"):
            path.mkdir(parents=True)
        self._environment = {
            **engine_variables(self.folder),
            "PYTHONPATH": str(REPOSITORY),
            "HCLOUD_TOKEN": "h" * 64,
            "HCLOUD_ENDPOINT": NOWHERE,
            "CLOUDFLARE_API_TOKEN": "c" * 40,
            "CLOUDFLARE_BASE_URL": NOWHERE,
        }
        plugins = {"providers": [{"name": "freifunk", "path": str(REPOSITORY / "plugins" / "freifunk")}]}
        text = json.dumps({"name": PROJECT, "runtime": "python", "plugins": plugins})
        (self.root / "Pulumi.yaml").write_text(text)
        shutil.copy(Path(__file__).with_name("program.py"), self.root / "__main__.py")
        install(self.folder / "home", pulumi=pulumi(), python=Path(sys.executable))
        for stack in ("prod", "failover"):
            self._run("stack", "init", stack)
        self._checked: dict[str, Inputs] = {}

    def learn(self, scenarios: Iterable[Scenario]) -> None:
        """Let the providers check all inputs that a state is to hold, in one preview."""
        known = {self._key(one): one for scenario in scenarios for one in scenario.before if one.custom}
        named = {f"n{number}": key for number, key in enumerate(known)}
        self._declare([known[key].named(name) for name, key in named.items()])
        for step in self._preview("prod", ())["steps"]:
            if name_of(step["urn"]) in named and "newState" in step:
                self._checked[named[name_of(step["urn"])]] = step["newState"]["inputs"]
        missing = [known[key].name for key in known if key not in self._checked]
        assert not missing, f"the providers refuse {missing}"

    def record(self, scenario: Scenario) -> Recording:
        """One scenario, without what differs from run to run."""
        if not scenario.standing:
            return self._recorded(scenario, {})
        with world(self.folder / scenario.name, scenario.standing) as (variables, identifiers):
            before, after = (with_identifiers(one, identifiers) for one in (scenario.before, scenario.after))
            return self._recorded(replace(scenario, before=before, after=after), variables)

    def _recorded(self, scenario: Scenario, variables: Mapping[str, str]) -> Recording:
        self._import(scenario)
        self._declare(scenario.after, gated=scenario.gated, raises=scenario.raises)
        if not scenario.policies:
            digest = self._preview(scenario.stack, scenario.options, variables)
            return Recording(cleaned_digest(digest, self.folder))
        log = self.folder / "events.jsonl"
        options = (*scenario.options, "--policy-pack", str(COMMUNITY), "--event-log", str(log))
        digest = self._preview(scenario.stack, options, {**variables, **self._with_policies()})
        return Recording(cleaned_digest(digest, self.folder), cleaned_events(log.read_text(), self.folder))

    def _with_policies(self) -> dict[str, str]:
        """Variables by which the engine finds what starts the pack, and takes its option for the event log."""
        path = os.pathsep.join([str(BIN), self._environment["PATH"]])
        return {"PATH": path, "PULUMI_DEBUG_COMMANDS": "1"}

    def _declare(self, resources: Sequence[Declared], *, gated: bool = True, raises: str = "") -> None:
        listed = [
            {
                "kind": one.kind,
                "name": one.name,
                "inputs": one.inputs,
                "custom": one.custom,
                "protect": one.protect,
                "retain": one.retain,
                "ignore": one.ignore,
                "aliases": one.aliases,
                "version": one.version,
                "delete_first": one.delete_first,
                "imported": one.imported,
                "looked_up": one.looked_up,
            }
            for one in resources
        ]
        plan = {"repository": str(REPOSITORY), "gated": gated, "raises": raises, "resources": listed}
        (self.root / "resources.json").write_text(json.dumps(plan))

    def _import(self, scenario: Scenario) -> None:
        """Write a state in which everything of ``before`` stands."""
        deployment = {
            "manifest": {"time": "2026-01-01T00:00:00Z", "magic": "", "version": ""},
            "secrets_providers": {"type": "passphrase", "state": {"salt": self._salt(scenario.stack)}},
            "resources": list(self._entries(scenario)),
        }
        file = self.folder / "state.json"
        file.write_text(json.dumps({"version": 3, "deployment": deployment}))
        self._run("stack", "import", "--stack", scenario.stack, "--file", str(file), "--force")

    def _salt(self, stack: str) -> str:
        """What the engine wrote into the stack's file; without it a state can hold no secret."""
        line = (self.root / f"Pulumi.{stack}.yaml").read_text().splitlines()[0]
        return line.removeprefix("encryptionsalt: ")

    def _entries(self, scenario: Scenario) -> Iterator[dict[str, Any]]:
        if not scenario.before:
            return
        root = f"urn:pulumi:{scenario.stack}::{PROJECT}::"
        stack = f"{root}pulumi:pulumi:Stack::{PROJECT}-{scenario.stack}"
        yield {"urn": stack, "custom": False, "type": "pulumi:pulumi:Stack"}
        providers = {one.package: one.version for one in scenario.before if one.custom}
        references = {}
        for number, (package, wanted) in enumerate(sorted(providers.items())):
            name = f"default_{wanted.replace('.', '_')}" if wanted else "default"
            kind = f"pulumi:providers:{package}"
            identifier = f"00000000-0000-0000-0000-00000000000{number}"
            references[package] = f"{root}{kind}::{name}::{identifier}"
            inputs = {"version": wanted} if wanted else {}
            yield {
                "urn": f"{root}{kind}::{name}", "custom": True, "id": identifier, "type": kind,
                "inputs": inputs, "outputs": inputs,
            }  # fmt: skip
        for number, one in enumerate(scenario.before):
            inputs = _unmasked(self._checked[self._key(one)], one.inputs)
            yield {
                "urn": f"{root}{one.kind}::{one.name}", "custom": True, "id": one.looked_up or str(1000 + number),
                "external": bool(one.looked_up),
                "type": one.kind, "inputs": inputs, "outputs": _stored(one.kind, inputs), "parent": stack,
                "provider": references[one.package], "protect": one.protect,
                "retainOnDelete": one.retain, "ignoreChanges": list(one.ignore),
                "resourceHooks": {} if one.looked_up else _HOOKS,
            }  # fmt: skip

    def _preview(
        self, stack: str, options: Sequence[str], variables: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        said = self._run(
            "preview", "--stack", stack, "--json", "--show-replacement-steps", "--show-sames", "--show-reads",
            *options, may_fail=True, variables=variables,
        )  # fmt: skip
        digest: dict[str, Any] = json.loads(said[said.index("{") : said.rindex("}") + 1])
        return digest

    def _run(
        self, *arguments: str, may_fail: bool = False, variables: Mapping[str, str] | None = None
    ) -> str:
        done = subprocess.run(
            [pulumi(), *arguments, "--non-interactive"],
            cwd=self.root,
            env={**self._environment, **(variables or {})},
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        assert may_fail or done.returncode == 0, f"{' '.join(arguments)}:\n{done.stdout}{done.stderr}"
        return done.stdout

    @staticmethod
    def _key(one: Declared) -> str:
        return canonical_json([one.kind, one.inputs])


def _stored(kind: str, inputs: Inputs) -> Inputs:
    """Outputs as the providers keep them: user data as its hash, labels even where there are none."""
    stored = dict(inputs)
    if kind.startswith("hcloud:"):
        stored.setdefault("labels", {})
    if "userData" in stored:
        stored["userData"] = user_data_hash(stored["userData"])
    return stored


def _unmasked(checked: Any, given: Any) -> Any:
    """Checked inputs, with what the digest masks put back as a secret of the state."""
    if checked == "[secret]" or (isinstance(given, Mapping) and "$secret" in given):
        plain = given["$secret"] if isinstance(given, Mapping) and "$secret" in given else given
        return {_SIGNATURE: _SECRET, "plaintext": json.dumps(plain)}
    if isinstance(checked, Mapping):
        inside = given if isinstance(given, Mapping) else {}
        return {key: _unmasked(item, inside.get(key)) for key, item in checked.items()}
    return checked
