"""Previews that a policy pack of the engine judges while they are taken."""

from __future__ import annotations

from tests.gate.corpus.resources import host, server
from tests.gate.corpus.scenario import to

POLICED = (
    to("policies-have-nothing-against-it", [], [server()], policies=True),
    to("a-policy-forbids-and-one-advises", [], [server(serverType="cx23", labels=None)], policies=True),
    to(
        "policies-only-advise",
        [],
        [server(name, labels=None) for name in ("sn5", "sn6", "sn7")],
        policies=True,
    ),
    to(
        "a-policy-would-change-inputs", [], [server(labels={"role": "a", "owner": "somebody"})], policies=True
    ),
    to(
        "a-policy-forbids-what-stands",
        [server(serverType="cx23")],
        [server(serverType="cx23")],
        policies=True,
    ),
    to(
        "a-policy-forbids-a-greeting",
        [host("sn1")],
        [host("sn1", files={"/etc/motd": "hey!\n"})],
        policies=True,
    ),
)
