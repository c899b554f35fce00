"""Settings: what is refused, and the catalogue they may replace."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ffinfra.lab.clouds.hetzner.catalogue import load_catalogue
from ffinfra.lab.clouds.settings import load_settings
from ffinfra.problems import InvalidInputError
from tests.lab.clouds.bench import ACCOUNT, Bench, settings


def as_json(tmp_path: Path) -> dict[str, Any]:
    """Good settings as JSON, with the tokens in clear."""
    known = json.loads(settings(tmp_path).model_dump_json())
    known["hetzner"]["token"] = "h" * 64
    known["cloudflare"]["token"] = "c"
    return dict(known)


def test_tokens_do_not_show(tmp_path: Path) -> None:
    assert "h" * 64 not in repr(settings(tmp_path))


def test_least_settings_have_the_known_ports_and_mild_faults(tmp_path: Path) -> None:
    nameservers = [{"name": "NS1.Example.", "ipv4": "192.0.2.1"}]
    least = {
        "state_directory": "state",
        "hetzner": {"token": "h" * 64, "nameservers": nameservers},
        "cloudflare": {"token": "c", "account_id": ACCOUNT, "nameservers": nameservers},
    }
    file = tmp_path / "settings.json"
    file.write_text(json.dumps(least))
    loaded = load_settings(file)
    assert [
        str(loaded.hetzner.listen.host),
        loaded.hetzner.listen.port,
        loaded.cloudflare.listen.port,
        loaded.management.listen.port,
        loaded.served_by,
        loaded.faults.profile.value,
        loaded.hetzner.nameservers[0].name,
        loaded.hetzner.nameservers[0].addresses,
    ] == ["127.0.0.1", 18081, 18082, 18083, "knotd", "mild", "ns1.example", ("192.0.2.1",)]


@pytest.mark.parametrize(
    ("change", "path", "what"),
    [
        (
            lambda it: it["hetzner"].update(token="short"),
            "hetzner.token",
            "Value error, must have exactly 64 characters, or the hcloud plugin refuses it",
        ),
        (
            lambda it: it["hetzner"]["listen"].update(host="192.0.2.1"),
            "hetzner.listen.host",
            "Value error, must be a loopback address such as 127.0.0.1",
        ),
        (
            lambda it: it["cloudflare"]["listen"].update(port=it["hetzner"]["listen"]["port"]),
            "",
            "Value error, hetzner, cloudflare and management must listen on different ports",
        ),
        (lambda it: it["hetzner"].update(colour="red"), "hetzner.colour", "Extra inputs are not permitted"),
        (
            lambda it: it["faults"].update(profile="wild"),
            "faults.profile",
            "Input should be 'off', 'mild' or 'harsh'",
        ),
    ],
)
def test_settings_that_are_refused(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], path: str, what: str
) -> None:
    known = as_json(tmp_path)
    change(known)
    file = tmp_path / "settings.json"
    file.write_text(json.dumps(known))
    with pytest.raises(InvalidInputError) as refused:
        load_settings(file)
    assert [(problem.place.file, problem.path, problem.what) for problem in refused.value.problems] == [
        (str(file), path, what)
    ]


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="cannot be read: No such file or directory"):
        load_settings(tmp_path / "none.json")


def test_another_catalogue(play: Callable[..., Bench], tmp_path: Path) -> None:
    catalogue = json.loads(load_catalogue(None).model_dump_json())
    catalogue["server_types"] = [catalogue["server_types"][0] | {"name": "tiny"}]
    file = tmp_path / "catalogue.json"
    file.write_text(json.dumps(catalogue))
    bench = play(hetzner={"catalogue": str(file)})
    assert [kind["name"] for kind in bench.hetzner("GET", "/server_types")[1]["server_types"]] == ["tiny"]


def test_the_packaged_catalogue_is_dated_and_consistent() -> None:
    catalogue = load_catalogue(None)
    places = {location.name for location in catalogue.locations}
    assert catalogue.as_of == "2026-02-20"
    assert all(set(kind.locations) <= places for kind in catalogue.server_types)
    assert {"ccx13", "cx23", "cax11"} <= {kind.name for kind in catalogue.server_types}
    offers = [*catalogue.server_types, *catalogue.images]
    assert len({offer.id for offer in offers}) == len(offers)
