"""SSH keys."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ffinfra.lab.clouds.call import Answer, Call, JsonObject
from ffinfra.lab.clouds.hetzner.bodies import Body, Labels, Name, NewLabels, read_body
from ffinfra.lab.clouds.hetzner.errors import invalid_input, uniqueness_error
from ffinfra.lab.clouds.hetzner.listing import filtered, page

if TYPE_CHECKING:
    from ffinfra.lab.clouds.hetzner.cloud import HetznerCloud


@dataclass(frozen=True, slots=True)
class SshKey:
    """A public key; its fingerprint is the MD5 of the key's bytes, as ``ssh-keygen -l -E md5`` shows it."""

    id: int
    name: str
    fingerprint: str
    public_key: str
    labels: Mapping[str, str]
    created: str

    def shape(self) -> JsonObject:
        """As the API shows it."""
        return {
            "id": self.id,
            "name": self.name,
            "fingerprint": self.fingerprint,
            "public_key": self.public_key,
            "labels": dict(self.labels),
            "created": self.created,
        }


class _Create(Body):
    name: Name
    public_key: str
    labels: NewLabels


class _Update(Body):
    name: Name | None = None
    labels: Labels | None = None


async def create(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /ssh_keys."""
    body = read_body(call, _Create)
    cloud.ssh_keys.check_name_is_free(body.name)
    fingerprint = _fingerprint(body.public_key)
    if any(key.fingerprint == fingerprint for key in cloud.ssh_keys):
        raise uniqueness_error("ssh key", "public_key")
    key = SshKey(next(cloud.ids), body.name, fingerprint, body.public_key.strip(), body.labels, cloud.now())
    return Answer(201, {"ssh_key": cloud.ssh_keys.put(key).shape()})


async def list_all(cloud: HetznerCloud, call: Call) -> Answer:
    """GET /ssh_keys, also by fingerprint."""
    wanted = call.wanted("fingerprint")
    keys = [key for key in filtered(call, cloud.ssh_keys) if wanted in (None, key.fingerprint)]
    return page(call, "ssh_keys", keys, SshKey.shape)


async def get(cloud: HetznerCloud, call: Call) -> Answer:
    """GET /ssh_keys/{id}."""
    return Answer(200, {"ssh_key": cloud.ssh_keys.get(call.params["id"]).shape()})


async def update(cloud: HetznerCloud, call: Call) -> Answer:
    """PUT /ssh_keys/{id}."""
    key, body = cloud.ssh_keys.get(call.params["id"]), read_body(call, _Update)
    if body.name is not None:
        cloud.ssh_keys.check_name_is_free(body.name, except_for=key.id)
    changed = replace(
        key,
        name=key.name if body.name is None else body.name,
        labels=key.labels if body.labels is None else body.labels,
    )
    return Answer(200, {"ssh_key": cloud.ssh_keys.put(changed).shape()})


async def delete(cloud: HetznerCloud, call: Call) -> Answer:
    """DELETE /ssh_keys/{id}; servers that were made with it do not mind."""
    cloud.ssh_keys.drop(cloud.ssh_keys.get(call.params["id"]).id)
    return Answer(204)


def _fingerprint(public_key: str) -> str:
    """The fingerprint of an OpenSSH public key line.

    Raises:
        HetznerError: it is no such line.
    """
    words = public_key.split()
    try:
        blob = base64.b64decode(words[1], validate=True)
    except (IndexError, binascii.Error):
        blob = b""
    kind = words[0].encode() if words else b""
    if not kind or not blob.startswith(len(kind).to_bytes(4) + kind):
        raise invalid_input({"public_key": ["is no OpenSSH public key"]})
    return hashlib.md5(blob, usedforsecurity=False).digest().hex(":")
