"""What Hetzner offers: locations, server types and images, from a dated data file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from ffinfra.lab.clouds.call import Answer, Call, JsonObject
from ffinfra.lab.clouds.hetzner.errors import not_found
from ffinfra.lab.clouds.hetzner.listing import page

if TYPE_CHECKING:
    from ffinfra.lab.clouds.hetzner.cloud import HetznerCloud

_PACKAGED = Path(__file__).with_name("catalogue.json")


class _Offer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: int
    name: str
    description: str


OfferT = TypeVar("OfferT", bound=_Offer)


class Location(_Offer):
    """A place; ``network_zone`` groups places that private networks can join."""

    country: str
    city: str
    latitude: float
    longitude: float
    network_zone: str

    def shape(self) -> JsonObject:
        """As the API shows it."""
        return self.model_dump(mode="json")


class ServerType(_Offer):
    """A size of server: memory and disk in GB; ``locations`` names where it can be ordered."""

    cores: int
    cpu_type: Literal["shared", "dedicated"]
    category: str
    architecture: Literal["x86", "arm"]
    memory: float
    disk: int
    locations: tuple[str, ...]

    def shape(self, catalogue: Catalogue) -> JsonObject:
        """As the API shows it, without prices."""
        shown = self.model_dump(mode="json", exclude={"locations"})
        places = [place for place in catalogue.locations if place.name in self.locations]
        offered = [
            {"id": place.id, "name": place.name, "deprecation": None, "available": True, "recommended": True}
            for place in places
        ]
        return shown | {
            "storage_type": "local",
            "deprecated": False,
            "deprecation": None,
            "prices": [],
            "locations": offered,
        }


class Image(_Offer):
    """A system image; ``disk_size`` in GB."""

    architecture: Literal["x86", "arm"]
    os_flavor: str
    os_version: str
    disk_size: float = 5

    def shape(self) -> JsonObject:
        """As the API shows it."""
        return self.model_dump(mode="json") | {
            "type": "system",
            "status": "available",
            "image_size": None,
            "created": "2025-01-01T00:00:00+00:00",
            "created_from": None,
            "bound_to": None,
            "rapid_deploy": True,
            "protection": {"delete": False},
            "deprecated": None,
            "deprecation": None,
            "deleted": None,
            "labels": {},
        }


class Catalogue(BaseModel):
    """All offers; ``as_of`` is the day on which they were written down."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    as_of: str
    source: str
    locations: tuple[Location, ...]
    server_types: tuple[ServerType, ...]
    images: tuple[Image, ...]


def load_catalogue(path: Path | None) -> Catalogue:
    """The packaged catalogue, or the one in a file."""
    return Catalogue.model_validate_json((path or _PACKAGED).read_text(encoding="utf-8"))


def offered(offers: Iterable[OfferT], id_or_name: int | str) -> OfferT | None:
    """The offer with this number or name; images of one name differ in architecture: ask by number."""
    wanted = str(id_or_name)
    return next((offer for offer in offers if wanted in (str(offer.id), offer.name)), None)


async def list_locations(cloud: HetznerCloud, call: Call) -> Answer:
    """GET /locations."""
    return page(call, "locations", _named(call, cloud.catalogue.locations), Location.shape)


async def get_location(cloud: HetznerCloud, call: Call) -> Answer:
    """GET /locations/{id}."""
    return Answer(200, {"location": _numbered("location", cloud.catalogue.locations, call).shape()})


async def list_server_types(cloud: HetznerCloud, call: Call) -> Answer:
    """GET /server_types."""
    chosen = _named(call, cloud.catalogue.server_types)
    return page(call, "server_types", chosen, lambda server_type: server_type.shape(cloud.catalogue))


async def get_server_type(cloud: HetznerCloud, call: Call) -> Answer:
    """GET /server_types/{id}."""
    found = _numbered("server type", cloud.catalogue.server_types, call)
    return Answer(200, {"server_type": found.shape(cloud.catalogue)})


async def list_images(cloud: HetznerCloud, call: Call) -> Answer:
    """GET /images; besides the name it can be asked by architecture, type and status."""
    chosen = _named(call, cloud.catalogue.images)
    if architectures := call.all_wanted("architecture"):
        chosen = [image for image in chosen if image.architecture in architectures]
    for name, only in (("type", "system"), ("status", "available")):
        if (wanted := call.all_wanted(name)) and only not in wanted:
            chosen = []
    return page(call, "images", chosen, Image.shape)


async def get_image(cloud: HetznerCloud, call: Call) -> Answer:
    """GET /images/{id}."""
    return Answer(200, {"image": _numbered("image", cloud.catalogue.images, call).shape()})


def _named(call: Call, offers: Iterable[OfferT]) -> list[OfferT]:
    name = call.wanted("name")
    return [offer for offer in offers if name is None or offer.name == name]


def _numbered(kind: str, offers: Iterable[OfferT], call: Call) -> OfferT:
    wanted = call.params["id"]
    found = next((offer for offer in offers if str(offer.id) == wanted), None)
    if found is None:
        raise not_found(kind, wanted)
    return found
