"""The network from a stack file or from the configuration that Pulumi passes in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ffinfra.network.checks import CHECKS
from ffinfra.network.network import Network
from ffinfra.problems import KeyPath
from ffinfra.validation import validated
from ffinfra.yaml_document import Document, scan_document

NETWORK_AT: KeyPath = ("config", "ffinfra:network")
"""Where the network stands in a stack file."""


def read_network(stack_file: Path, shown_as: str | None = None) -> Network:
    """The network of ``Pulumi.<stack>.yaml``.

    Raises:
        InvalidInputError: with every mistake, of single values and of what does not fit together.
    """
    return network_of(scan_document(stack_file, shown_as))


def network_of_configuration(value: Mapping[str, Any], shown_as: str) -> Network:
    """The network of a configuration value without a file, as the engine passes it to the program.

    Raises:
        InvalidInputError: as ``read_network``, but without lines.
    """
    return network_of(Document(shown_as, {"network": dict(value)}, {}), ("network",))


def network_of(document: Document, at: KeyPath = NETWORK_AT) -> Network:
    """The network at a place of a document.

    Raises:
        InvalidInputError: as ``read_network``.
    """
    return validated(Network, document, at, CHECKS)
