"""Whatever stands in the files is read, or refused in words: never a traceback."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ffinfra.network.reading import network_of, network_of_configuration
from ffinfra.problems import InvalidInputError
from ffinfra.stack import read_stack
from ffinfra.yaml_document import parse_document

SAMPLE = Path(__file__).resolve().parents[2] / "Pulumi.prod.yaml"
TEXT = SAMPLE.read_text("utf-8")
NETWORK: Any = yaml.safe_load(TEXT)["config"]["ffinfra:network"]

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.sampled_from(["192.0.2.11", "2001:db8::1", "vm1", "vm9", "ns1", "primary", "hcloud", "dedicated"])
)  # fmt: skip
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, part in inner for found in _paths(part, (*path, key)))]


PATHS = _paths(NETWORK)[1:]


def _refused_in_words(error: InvalidInputError) -> None:
    for problem in error.problems:
        assert problem.what
        assert problem.way_out
        assert "\n" not in str(problem)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(PATHS), values | st.just("(removed)")), min_size=1, max_size=6))
def test_any_values_in_the_sample(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    network = copy.deepcopy(NETWORK)
    for path, value in changes:
        parent = network
        try:
            for part in path[:-1]:
                parent = parent[part]
            if value == "(removed)":
                del parent[path[-1]]
            else:
                parent[path[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue
    try:
        network_of_configuration(network, "Pulumi.prod.yaml")
    except InvalidInputError as error:
        _refused_in_words(error)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(TEXT)), st.integers(0, 40), st.text(max_size=20))
def test_any_text_in_the_sample(start: int, length: int, text: str) -> None:
    try:
        network_of(parse_document(TEXT[:start] + text + TEXT[start + length :], "Pulumi.prod.yaml"))
    except InvalidInputError as error:
        _refused_in_words(error)


@settings(max_examples=60, deadline=None)
@given(st.text() | st.text(alphabet="ab:-[]{}&*!|>'\"%@`#,? \n\t0123.~<"))
def test_any_text_at_all(text: str) -> None:
    try:
        network_of(parse_document(text, "f"))
    except InvalidInputError as error:
        _refused_in_words(error)


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(st.sampled_from(["ffinfra:kind", "ffinfra:mode", "ffinfra:network"]), values))
def test_any_configuration_of_the_engine(configuration: dict[str, Any]) -> None:
    for project, stack in (
        (SAMPLE.parent, "prod"),
        (Path("nowhere"), "failover"),
        (Path("nowhere"), "other"),
    ):
        try:
            read_stack(project, stack, configuration)
        except InvalidInputError as error:
            _refused_in_words(error)
