"""What a cloud slice orders must be on offer: a preview of the real provider does not ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ffinfra.mismatch import Mismatch, found
from ffinfra.network.catalogue import hcloud_catalogue
from ffinfra.network.checks.suggestion import offered
from ffinfra.network.hosts import CloudSlice
from ffinfra.network.network import Network


def offers(network: Network) -> Iterator[Mismatch]:
    """Server type, region and image of each slice stand in the dated catalogue."""
    catalogue = hcloud_catalogue()
    on_offer: tuple[tuple[str, Iterable[str]], ...] = (
        ("server_type", catalogue.server_types),
        ("region", catalogue.locations),
        ("image", catalogue.images),
    )
    for index, host in enumerate(network.hosts):
        if isinstance(host, CloudSlice):
            for setting, known in on_offer:
                for path, value in found(network, [("hosts", index, setting)]):
                    if value not in known:
                        what = f"Hetzner Cloud has no {setting.replace('_', ' ')} {value}"
                        yield Mismatch(
                            path, f"{what} (catalogue of {catalogue.as_of})", offered(value, known)
                        )
