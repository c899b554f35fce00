"""The program of every recording: it declares what ``resources.json`` beside it lists, behind the real gate."""

import json
import sys
from pathlib import Path
from typing import Any

import pulumi

project = Path(__file__).resolve().parent
plan = json.loads((project / "resources.json").read_text())
sys.path.insert(0, plan["repository"])

from ffinfra.gate import guard  # noqa: E402
from ffinfra.stack_kind import StackKind  # noqa: E402

if plan["gated"]:
    guard.install(project, StackKind(pulumi.get_stack()), {})

made: dict[str, pulumi.CustomResource] = {}


def value(given: Any) -> Any:
    """A value in which references and secrets stand as ``{"$ref": name}`` and ``{"$secret": value}``."""
    if isinstance(given, dict) and "$ref" in given:
        return made[given["$ref"]].id
    if isinstance(given, dict) and "$secret" in given:
        return pulumi.Output.secret(value(given["$secret"]))
    if isinstance(given, dict):
        return {key: value(item) for key, item in given.items()}
    return [value(item) for item in given] if isinstance(given, list) else given


for one in plan["resources"]:
    options = pulumi.ResourceOptions(
        protect=one["protect"],
        retain_on_delete=one["retain"],
        ignore_changes=one["ignore"],
        aliases=one["aliases"],
        version=one["version"] or None,
        delete_before_replace=one["delete_first"],
        import_=one["imported"] or None,
        id=one["looked_up"] or None,
    )
    if one["custom"]:
        made[one["name"]] = pulumi.CustomResource(one["kind"], one["name"], value(one["inputs"]), options)
    else:
        pulumi.ComponentResource(one["kind"], one["name"], None, options)
if plan["raises"]:
    raise RuntimeError(plan["raises"])
