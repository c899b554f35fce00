"""What Hetzner Cloud offers: a dated table, so that the model and the gate need not ask the API."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib import resources

import yaml

from ffinfra.network.hosts import CpuKind
from ffinfra.network.values import Cores, Euro, Gibibytes, Model


class ServerType(Model):
    """One size of server."""

    cpu: CpuKind
    cores: Cores
    memory: Gibibytes
    disk: Gibibytes
    price: Euro
    """EUR a month with VAT, without an IPv4 address."""


class Catalogue(Model):
    """Server types, locations and images that may be used (https://www.hetzner.com/cloud)."""

    as_of: date
    primary_ipv4_price: Euro
    """EUR a month with VAT."""
    locations: dict[str, str]
    """Location name -> network zone."""
    images: frozenset[str]
    server_types: dict[str, ServerType]


@cache
def hcloud_catalogue() -> Catalogue:
    """The table delivered with ffinfra (hcloud_catalogue.yaml)."""
    text = resources.files("ffinfra.network").joinpath("hcloud_catalogue.yaml").read_text("utf-8")
    return Catalogue.model_validate(yaml.safe_load(text))
