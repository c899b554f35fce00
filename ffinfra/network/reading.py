"""The network from a stack file or from the configuration that Pulumi passes in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ffinfra.network.checks import mismatches
from ffinfra.network.checks.mismatch import Mismatch, Unread
from ffinfra.network.hosts import Host, Hoster
from ffinfra.network.machines import Nameserver, Supernode
from ffinfra.network.network import Administrator, Network
from ffinfra.problems import InvalidInputError, Problem
from ffinfra.validation import path_text, validated, value_at
from ffinfra.yaml_document import Document, KeyPath, read_document

NETWORK_AT: KeyPath = ("config", "ffinfra:network")
"""Where the network stands in a stack file."""

_LISTS: Mapping[str, TypeAdapter[Any]] = {
    "administrators": TypeAdapter(Administrator),
    "hosters": TypeAdapter(Hoster),
    "hosts": TypeAdapter(Host),
    "supernodes": TypeAdapter(Supernode),
    "nameservers": TypeAdapter(Nameserver),
}


def read_network(stack_file: Path, shown_as: str | None = None) -> Network:
    """The network of ``Pulumi.<stack>.yaml``.

    Raises:
        InvalidInputError: with every mistake, of single values and of what does not fit together.
    """
    return network_of(read_document(stack_file, shown_as), NETWORK_AT)


def network_of_configuration(value: Mapping[str, Any], shown_as: str) -> Network:
    """The network of a configuration value without a file, as the engine passes it to the program.

    Raises:
        InvalidInputError: as ``read_network``, but without lines.
    """
    return network_of(Document(shown_as, {"network": dict(value)}, {}), ("network",))


def network_of(document: Document, at: KeyPath) -> Network:
    """The network at a place of a document.

    Raises:
        InvalidInputError: as ``read_network``.
    """
    try:
        network = validated(Network, document, at)
    except InvalidInputError as error:
        raise InvalidInputError([*error.problems, *_further_problems(document, at)]) from error
    problems = [_problem(document, at, mismatch) for mismatch in mismatches(network)]
    if problems:
        raise InvalidInputError(problems)
    return network


def _further_problems(document: Document, at: KeyPath) -> list[Problem]:
    """What does not fit together among the declarations that have no mistakes of their own."""
    parts: dict[str, Any] = {}
    kept: dict[str, list[int]] = {}
    unread: dict[str, list[str]] = {}
    for kind, adapter in _LISTS.items():
        items, parts[kind], kept[kind], unread[kind] = value_at(document.value, (*at, kind)), (), [], []
        for index, item in enumerate(items if isinstance(items, list) else []):
            try:
                parts[kind] += (adapter.validate_python(item),)
                kept[kind].append(index)
            except ValidationError:
                unread[kind].append(str(value_at(item, ("name",))))
    network = Network.model_construct(None, **parts)
    left_out = Unread(
        hosters=tuple(unread["hosters"]),
        hosts=tuple(unread["hosts"]),
        nameservers=tuple(unread["nameservers"]),
    )
    return [
        _problem(document, at, _at_original_index(mismatch, kept))
        for mismatch in mismatches(network, left_out)
    ]


def _at_original_index(mismatch: Mismatch, kept: Mapping[str, list[int]]) -> Mismatch:
    match mismatch.path:
        case (str() as kind, int() as index, *rest) if kind in kept:
            return Mismatch((kind, kept[kind][index], *rest), mismatch.what, mismatch.way_out)
        case _:
            return mismatch


def _problem(document: Document, at: KeyPath, mismatch: Mismatch) -> Problem:
    path = (*at, *mismatch.path)
    return Problem(
        place=document.place(path), path=path_text(path), what=mismatch.what, way_out=mismatch.way_out
    )
