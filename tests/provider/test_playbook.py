"""The repository's playbook uses what Ansible itself brings, and nothing of a collection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from ffinfra.provider.ssh_transport import ANSIBLE

KEYWORDS = {
    "always", "args", "become", "block", "changed_when", "environment", "failed_when", "name", "no_log", "register",
    "rescue", "vars", "when",
}  # fmt: skip
"""What else a task may say; a keyword that is not here is taken for a module."""


def _tasks(listed: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for task in listed:
        yield task
        for part in ("block", "rescue", "always"):
            yield from _tasks(task.get(part, []))


def _modules(text: str) -> list[str]:
    tasks = [task for task in _tasks(yaml.safe_load(text)) if "block" not in task]
    named = [sorted(set(task) - KEYWORDS) for task in tasks]
    assert all(len(names) == 1 for names in named), named
    return [name for (name,) in named]


def test_every_task_calls_a_module_of_ansible_builtin() -> None:
    files = sorted(path for path in (ANSIBLE / "roles").rglob("*") if path.is_file())
    assert [str(path.relative_to(ANSIBLE / "roles")) for path in files] == [
        "configuration/tasks/main.yml",
        "first_boot/tasks/main.yml",
        "packages/tasks/main.yml",
    ]
    modules = {path.parts[-3]: _modules(path.read_text("utf-8")) for path in files}
    assert all(modules.values())
    others = [name for names in modules.values() for name in names if not name.startswith("ansible.builtin.")]
    assert others == []


def test_a_module_of_a_collection_or_without_its_full_name_is_seen() -> None:
    text = "- name: One\n  block:\n    - apt: {name: knot}\n    - community.general.ufw: {state: enabled}\n"
    assert _modules(text) == ["apt", "community.general.ufw"]


def test_the_playbook_is_these_roles_and_no_task_besides() -> None:
    (play,) = yaml.safe_load((ANSIBLE / "host.yml").read_text("utf-8"))
    assert sorted(play) == ["become", "gather_facts", "hosts", "name", "roles"]
    assert [role["role"] if isinstance(role, dict) else role for role in play["roles"]] == [
        "first_boot", "packages", "configuration"
    ]  # fmt: skip
