"""``ffinfra:network`` of a found network: what the APIs told, and a question for everything else."""

from __future__ import annotations

import re
from typing import Final

from pydantic import TypeAdapter

from ffinfra.adoption.found import FoundKey, Living
from ffinfra.adoption.layout import Layout
from ffinfra.adoption.machine_entries import (
    Told,
    fits,
    nameserver_entry,
    slice_entry,
    slices_of,
    supernode_entries,
)
from ffinfra.adoption.open_yaml import Items, Node, Note, Open, Table, lines, names
from ffinfra.network.values import SshPublicKey

KEY: Final = "ffinfra:network"
REMARK: Final = "  # Written by ffinfra adopt from what it found; from now on edited here."
_CONFIG: Final = re.compile(r"^config:[ \t]*(?:\{\}[ \t]*)?\n", re.MULTILINE)
_SSH_KEY: Final = TypeAdapter(SshPublicKey)


def with_network(text: str, living: Living, layout: Layout, told: Told) -> str:
    """A stack file's text with the network in it; everything else in it stays."""
    block = "\n".join(
        [
            REMARK,
            *lines(Table(((KEY, network(living, layout, told)),)), 2),
        ]
    )
    found = _CONFIG.search(text)
    if found is None:
        return f"{text}config:\n{block}\n"
    return f"{text[: found.start()]}config:\n{block}\n{text[found.end() :]}"


def network(living: Living, layout: Layout, told: Told) -> Table:
    """The whole declaration."""
    slices = slices_of(living, layout, told)
    return Table(
        (
            ("community", Open("the community's name in one word: lower-case letters, digits, hyphens")),
            ("domain", _domain(living)),
            ("monthly_budget", Open("EUR a month that the network may cost")),
            ("management_prefixes", _management(living)),
            ("administrators", _administrators(living)),
            ("mesh", _MESH),
            ("hosters", Items((_HETZNER,) if slices else ())),
            ("hosts", Items(tuple(slice_entry(one) for one in slices))),
            ("supernodes", Items(tuple(supernode_entries(living, layout, told, slices)))),
            ("nameservers", Items(tuple(nameserver_entry(living, one, told, slices) for one in layout.own))),
        )
    )


_MESH: Final = Table(
    (
        ("name", Open("the mesh's name in one word")),
        ("nodes", Open("how many routers are in the field")),
        ("minimum_supernodes", Open("how many supernodes must be left to carry them")),
        ("autonomous_system", Open("our AS number towards the backbone")),
        ("resolvers", Open("the resolvers that clients are told to use, as a list")),
    )
)
_HETZNER: Final = Table(
    (("name", "hetzner"), ("account", Open("the name of the contract at Hetzner that the token belongs to")))
)


def _domain(living: Living) -> Node:
    """The domain in which servers have their own names and addresses, where there is one."""
    found = {
        rrset.owner.removeprefix(f"{server.name}.").removesuffix(".")
        for zone in living.zones
        for rrset in zone.rrsets
        for server in living.servers
        if rrset.type == "A"
        and rrset.owner.startswith(f"{server.name}.")
        and str(server.ipv4) in rrset.values
    }
    return found.pop() if len(found) == 1 else Open("the domain that the machines' own names stand in")


def _management(living: Living) -> Node:
    if living.management:
        return names(living.management)
    return Open("from where SSH may come in, as a list of prefixes")


def _administrators(living: Living) -> Node:
    usable = [key for key in living.keys if fits(_SSH_KEY, key.text)]
    odd = [Note(_odd_key(key)) for key in living.keys if key not in usable]
    if not usable:
        return Open("who may log in, as a list of name and ssh_keys; Hetzner has no key that could be used")
    return Items((*(_administrator(key) for key in usable), *odd))


def _administrator(key: FoundKey) -> Table:
    whose = Open(
        f"whose key is {key.name}? The person's account; several keys of one person go into one entry"
    )
    return Table((("name", whose), ("ssh_keys", names([key.text]))))


def _odd_key(key: FoundKey) -> str:
    return f"the SSH key {key.name} at Hetzner has options or a comment of several words: left out"
