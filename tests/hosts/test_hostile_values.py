"""No value of the configuration can add a line or a directive to any file.

Two locks, tried one by one: the model refuses hostile values; and where a value came past the model, the
template refuses to be filled in or the value stays inert inside one quoted word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jinja2.nodes import TemplateData
from pydantic import BaseModel, ValidationError

from ffinfra.hosts import templates
from ffinfra.hosts.configuration import HostConfiguration
from ffinfra.hosts.rendering import configured_machines, render_host
from ffinfra.hosts.secrets import HostSecrets
from ffinfra.hosts.served_zones import OutsideSecondary, ServedZone
from ffinfra.hosts.site_conf import mesh_vpn
from ffinfra.hosts.templates import UnsafeValueError
from ffinfra.network.network import Network
from tests.hosts.samples import (
    ROOT,
    SEED,
    full_declaration,
    full_network,
    sample_network,
    sample_secrets,
    sample_zones,
)

WORD = re.compile(r"[A-Za-z0-9.,:/@%+=_~*()\[\]-]*")
"""What means nothing but itself in any of the formats."""

YAML_FILES = ("user-data", "meta-data", "network-config")

MACHINES = ("vm1", "sn1", "sn2", "sn5", "ns1", "ns2")
"""One of each kind, with and without the optional settings."""

TEMPLATES = ROOT / "ffinfra/hosts/templates"

Path_ = tuple[str | int, ...]

_MEANINGFUL = st.one_of(
    st.sampled_from(
        [
            "x\ny",
            "x; drop",
            'x" accept',
            "x } table y {",
            "x # comment",
            "x\r\ny",
            "x\u2028y",
            "$(id)",
            "`id`",
            "x' y",
            "x\\ny",
            "<x/>",
            "x y",
            "-x y",
            "x\x00y",
            "\nPermitRootLogin yes",
            "%n\n",
            "{{ 7 }}",
            'command="id" ssh-ed25519 A',
        ]
    ),
    st.text(min_size=1, max_size=30).filter(
        lambda text: any(not (c.isascii() and c.isalnum()) for c in text)
    ),
)

HOSTILE = st.one_of(_MEANINGFUL, _MEANINGFUL.map(lambda text: f"Zq7{text}"))
"""Texts that would mean something in one of the formats; many can be told from everything else in a file."""


def _texts(value: object, path: Path_ = ()) -> Iterator[Path_]:
    """The places of all strings inside a model that was dumped to plain values."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index))
    elif isinstance(value, str):
        yield path


def _with(value: Any, path: Path_, text: str) -> Any:
    """The plain values with another text at one place."""
    if not path:
        return text
    head, *rest = path
    if isinstance(value, dict):
        return {**value, head: _with(value[head], tuple(rest), text)}
    return [_with(item, tuple(rest), text) if index == head else item for index, item in enumerate(value)]


PLACES = sorted(_texts(full_declaration()), key=str)
"""Every text that volunteers can write for the network."""


def test_every_optional_text_is_written_in_the_full_declaration() -> None:
    places = {tuple(part for part in place if isinstance(part, str)) for place in PLACES}
    assert {
        ("hosts", "kernel", "version"),
        ("hosts", "management_address"),
        ("supernodes", "kernel", "version"),
        ("supernodes", "mac"),
        ("supernodes", "management_address"),
        ("supernodes", "wireguard", "public_key"),
        ("supernodes", "wireguard", "link_address"),
        ("nameservers", "mac"),
        ("nameservers", "management_address"),
    } <= places


@settings(max_examples=150, deadline=None)
@given(place=st.sampled_from(PLACES), text=HOSTILE)
def test_the_model_refuses_hostile_texts_or_they_stay_harmless(place: Path_, text: str) -> None:
    try:
        network = Network.model_validate(_with(full_declaration(), place, text))
    except ValidationError:
        return
    for machine in MACHINES:
        if machine in {one.name for one in configured_machines(network)}:
            _inert(_rendered(network, machine), text, machine)


def _past_the_model(model: BaseModel, path: Path_, text: str) -> Any:
    """A copy of a model with a text that no check has seen."""
    head, *rest = path
    current = getattr(model, str(head))
    if not rest:
        return model.model_copy(update={str(head): text})
    if isinstance(current, tuple):
        index, *inner = rest
        changed = text if not inner else _past_the_model(current[int(index)], tuple(inner), text)
        items = tuple(changed if position == index else item for position, item in enumerate(current))
        return model.model_copy(update={str(head): items})
    return model.model_copy(update={str(head): _past_the_model(current, tuple(rest), text)})


def _model_texts(model: BaseModel, path: Path_ = ()) -> Iterator[Path_]:
    """The places of all texts of a model, enums and addresses included: they too could come past a check."""
    for name in type(model).model_fields:
        value = getattr(model, name)
        for index, item in enumerate(value) if isinstance(value, tuple) else [(None, value)]:
            at: Path_ = (*path, name) if index is None else (*path, name, index)
            if isinstance(item, BaseModel):
                yield from _model_texts(item, at)
            elif isinstance(item, str):
                yield at


MODEL_PLACES = sorted(_model_texts(full_network()), key=str)


@settings(max_examples=100, deadline=None)
@given(place=st.sampled_from(MODEL_PLACES), text=HOSTILE)
def test_a_text_that_came_past_the_model_is_refused_by_the_template_or_stays_inert(
    place: Path_, text: str
) -> None:
    network = _past_the_model(full_network(), place, text)
    for machine in MACHINES:
        try:
            rendered = _rendered(network, machine)
        except (UnsafeValueError, ValueError, KeyError, AttributeError, TypeError, AssertionError):
            continue
        _inert(rendered, text, machine)


def _rendered(network: Network, machine: str) -> HostConfiguration:
    return render_host(network, machine, sample_secrets(), sample_zones())


@settings(max_examples=150, deadline=None)
@given(
    place=st.sampled_from(
        [place for place in MODEL_PLACES if place[0] in {"supernodes", "domain", "community"}]
    ),
    text=HOSTILE,
)
def test_nothing_hostile_gets_into_the_firmware(place: Path_, text: str) -> None:
    try:
        written = mesh_vpn(_past_the_model(full_network(), place, text))
    except (UnsafeValueError, ValueError, KeyError, AttributeError, TypeError):
        return
    assert written.count("\n") <= mesh_vpn(full_network()).count("\n")
    assert len(text) < 4 or WORD.fullmatch(text) or text not in written


@cache
def _expected(machine: str) -> dict[str, str]:
    return {file.path: file.content for file in _rendered(full_network(), machine).files}


@cache
def _expected_shape(machine: str, path: str) -> Any:
    return _shape(yaml.safe_load(_expected(machine)[path]))


def _inert(rendered: HostConfiguration, text: str, machine: str) -> None:
    """No file has a line more than without the text, and a text with a meaning of its own stands in none.

    YAML is read again instead: there a hostile text may stand, quoted, as the one text that it is.
    """
    expected = _expected(machine)
    for file in rendered.files:
        if file.path not in expected:
            continue
        if file.path.endswith(YAML_FILES):
            document = yaml.safe_load(file.content)
            assert _shape(document) == _expected_shape(machine, file.path), file.path
            for inner in _programs(document):
                _inert_text(inner, text, file.path)
        else:
            assert file.content.count("\n") <= expected[file.path].count("\n"), file.path
            _inert_text(file.content, text, file.path)


def _inert_text(content: str, text: str, path: str) -> None:
    assert all(character.isprintable() or character in "\n\t" for character in content), path
    if len(text) > 3 and not WORD.fullmatch(text):
        assert text not in content, path


def _shape(document: Any) -> Any:
    """What a document is without its texts: keys, lengths and kinds, all the way down."""
    if isinstance(document, dict):
        return {key: _shape(value) for key, value in document.items()}
    if isinstance(document, list):
        return [_shape(value) for value in document]
    return type(document).__name__


def _programs(document: Any) -> Iterator[str]:
    """The texts of user data that are files or programs of the machine."""
    yield from (file["content"] for file in document.get("write_files", ()))
    yield from (word for command in document.get("runcmd", ()) for word in command)


@pytest.mark.parametrize("template", sorted(path.name for path in TEMPLATES.glob("*.j2")))
def test_the_properties_above_walk_every_branch_of_every_template(template: str) -> None:
    """Each piece of text of a template, in whatever branch, stands in a file of the full or the plain sample."""
    tree = templates._ENVIRONMENT.parse((TEMPLATES / template).read_text())
    pieces = {
        line.strip()
        for node in tree.find_all(TemplateData)
        for line in node.data.splitlines()
        if line.strip()
    }
    missing = {piece for piece in pieces if piece not in _everything()}
    assert missing == set()


@cache
def _everything() -> str:
    """All files of all machines, with and without the optional settings."""
    configurations = [
        _rendered(network, machine.name)
        for network in (sample_network(), full_network())
        for machine in configured_machines(network)
    ]
    configurations.append(_primary_alone())
    files = [file.content for configuration in configurations for file in configuration.files]
    return "\n".join([*files, mesh_vpn(full_network())])


def _primary_alone() -> HostConfiguration:
    """The primary with no secondary, of our own or elsewhere."""
    network = sample_network()
    alone = network.model_copy(update={"nameservers": network.nameservers[:1]})
    zones = (ServedZone(name="mesh.musterstadt.example", seed=SEED),)
    return render_host(alone, alone.nameservers[0].name, sample_secrets(), zones)


@settings(max_examples=100, deadline=None)
@given(text=HOSTILE)
def test_secrets_of_another_shape_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="fastd secret"):
        HostSecrets(fastd=text)
    with pytest.raises(ValueError, match="TSIG key"):
        HostSecrets(tsig={"transfer": text})
    if not re.fullmatch(r"[a-z0-9.-]+", text):
        with pytest.raises(ValueError, match="TSIG key"):
            HostSecrets(tsig={text: sample_secrets().tsig["transfer"]})


@settings(max_examples=100, deadline=None)
@given(text=HOSTILE)
def test_zones_of_another_shape_are_refused(text: str) -> None:
    assume(not re.fullmatch(r"[a-z0-9.-]+", text))
    with pytest.raises(ValidationError):
        ServedZone(name=text, seed=SEED)
    with pytest.raises(ValidationError):
        OutsideSecondary.model_validate({"name": text, "addresses": ["192.0.2.1"]})
    with pytest.raises(ValidationError):
        OutsideSecondary.model_validate({"name": "friend", "addresses": ["192.0.2.1"], "key": text})


@pytest.mark.parametrize(
    "seed",
    [
        "",
        "@ 300 A 192.0.2.1",
        f"{SEED}www 300 A 192.0.2.1",
        f"{SEED}$INCLUDE /etc/passwd",
        SEED.replace("SOA", "SOB"),
        f"{SEED}www.mesh 300 NS ns1.example.",
    ],
)
def test_a_seed_holds_soa_and_ns_and_nothing_else(seed: str) -> None:
    with pytest.raises(ValidationError):
        ServedZone(name="mesh.musterstadt.example", seed=seed)


def test_secrets_are_not_shown() -> None:
    secrets = sample_secrets()
    rendered = _rendered(sample_network(), "ns1")
    for text in (repr(secrets), str(secrets), repr(rendered), str(rendered)):
        for secret in (secrets.fastd, *secrets.tsig.values()):
            assert secret is not None
            assert secret not in text


def test_secrets_stand_in_secret_files_only() -> None:
    secrets = sample_secrets()
    for machine in (*MACHINES, "sn3", "vm2"):
        for file in _rendered(sample_network(), machine).files:
            holds = any(secret in file.content for secret in (secrets.fastd or "", *secrets.tsig.values()))
            assert holds == file.secret, file.path
            assert not file.secret or file.mode == 0o600, file.path


def test_every_file_says_where_it_comes_from() -> None:
    for machine in (*MACHINES, "vm2"):
        for file in _rendered(sample_network(), machine).files:
            assert "Written by ffinfra" in "\n".join(file.content.splitlines()[:2]), file.path
