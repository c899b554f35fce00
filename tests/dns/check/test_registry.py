"""The registry is complete, and every case says only what it declares."""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
from pathlib import Path

import pytest

from ffinfra.dns.check import cases
from ffinfra.dns.check.case import SPECIFICATIONS, Case
from ffinfra.dns.check.registry import chosen, registry
from ffinfra.dns.check.sentences import sentences
from ffinfra.problems import InvalidInputError

MODULES = sorted(module.name for module in pkgutil.walk_packages(cases.__path__))


def case_of(module: str) -> Case:
    found = importlib.import_module(f"{cases.__name__}.{module}").CASE
    assert isinstance(found, Case)
    return found


@pytest.mark.parametrize("module", MODULES)
def test_each_module_of_the_package_is_one_registered_case(module: str) -> None:
    case = case_of(module)
    assert registry()[module] is case
    assert case.id == module
    group = case.id[:-2]
    assert case.source.startswith(SPECIFICATIONS)
    assert case.source.lower().endswith(f"/{group}-tp/{module}.md")
    assert case.title
    assert case.levels


def test_the_registry_holds_nothing_else() -> None:
    assert sorted(registry()) == MODULES
    assert len(MODULES) == 49


@pytest.mark.parametrize("module", MODULES)
def test_tags_written_out_in_a_module_are_declared(module: str) -> None:
    loaded = importlib.import_module(f"{cases.__name__}.{module}")
    assert loaded.__file__
    tree = ast.parse(Path(loaded.__file__).read_text(encoding="utf-8"))
    first = [
        node.args[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "message"
    ]
    tags = {one.value for tag in first for one in ast.walk(tag) if isinstance(one, ast.Constant)} - {
        True,
        False,
    }
    whole = {tag for tag in tags if isinstance(tag, str) and not tag.startswith("_")}
    assert {tag for tag in whole if tag.isupper()} <= set(case_of(module).levels)


def test_every_tag_has_a_sentence_and_every_sentence_a_tag() -> None:
    tags = {tag for case in registry().values() for tag in case.levels}
    plain = {key for key in sentences() if "." not in key}
    own = {(case, tag) for case, _, tag in (key.partition(".") for key in sentences()) if tag}
    assert plain == tags
    assert all(tag in registry()[case].levels for case, tag in own)


def test_the_tags_of_zonemaster_are_there(shared_data: Path) -> None:
    left_out = {
        # The engine itself says CN04_ASN_INFOS_RAW and CN04_ASN_INFOS_ANNOUNCE_IN.
        ("connectivity04", "ASN_INFOS_RAW"),
        ("connectivity04", "ASN_INFOS_ANNOUNCE_IN"),
    }
    theirs = json.loads((shared_data / "zonemaster" / "tags.json").read_text(encoding="utf-8"))
    assert set(registry()) - set(theirs) == {f"syntax0{number}" for number in (1, 2, 3, 5, 7, 8)}
    missing = {
        (case, tag) for case, tags in theirs.items() for tag in set(tags) - set(registry()[case].levels)
    }
    assert missing == left_out


def test_cases_are_chosen_by_id() -> None:
    assert [case.id for case in chosen(["Zone01", "basic02"])] == ["zone01", "basic02"]
    assert len(chosen(None)) == len(MODULES)
    with pytest.raises(InvalidInputError, match=r"(?s)unknown test case .zone99..*unknown test case .x."):
        chosen(["zone99", "basic01", "x"])
