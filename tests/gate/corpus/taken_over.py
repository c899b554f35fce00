"""Previews in which a resource is imported, or looked up and left to others."""

from __future__ import annotations

from tests.gate.corpus.resources import ZONE, Declared, address, rrset, server
from tests.gate.corpus.scenario import kept, to
from tests.gate.corpus.standing import Standing

OURS = address(assigneeType="server", autoDelete=None)
STANDS, OTHER_STANDS = (
    Standing(
        "/primary_ips",
        {"name": name, "type": "ipv4", "location": "fsn1", "auto_delete": False, "assignee_type": "server"},
    )
    for name in ("sn5-ipv4", "other")
)
NAME = "beispiel.example"
ZONE_STANDS = Standing("/zones", {"name": NAME, "mode": "primary", "ttl": 300})
WWW_STANDS = Standing(
    f"/zones/{NAME}/rrsets", {"name": "www", "type": "A", "ttl": 300, "records": [{"value": "192.0.2.80"}]}
)
SERVER_STANDS = Standing(
    "/servers",
    {"name": "sn5", "server_type": "ccx13", "image": "debian-12", "location": "fsn1", "user_data": "#x"},
)
A_ZONE = kept(Declared(ZONE, NAME, {"name": NAME, "mode": "primary", "ttl": 300}), imported="{0}")
WWW = kept(rrset("www", "A", "192.0.2.80", zone=NAME), imported=f"{NAME}/www/A")
A_SERVER = kept(server(labels=None, userData="#x"), imported="{0}")

TAKEN_OVER = (
    to("zone-and-record-imported", [], [A_ZONE, WWW], standing=(ZONE_STANDS, WWW_STANDS)),
    to(
        "record-imported-that-differs",
        [],
        [WWW.but(records=[{"value": "192.0.2.81"}])],
        standing=(ZONE_STANDS, WWW_STANDS),
    ),
    to("server-imported", [], [A_SERVER], standing=(SERVER_STANDS,)),
    to(
        "server-imported-and-left-alone-where-it-cannot-be-known",
        [],
        [kept(A_SERVER, ignore=("userData",))],
        standing=(SERVER_STANDS,),
    ),
    to(
        "zone-looked-up",
        [],
        [kept(A_ZONE, imported="", looked_up="{0}"), WWW],
        standing=(ZONE_STANDS, WWW_STANDS),
    ),
    to("address-imported", [], [kept(OURS, imported="{0}")], standing=(STANDS,)),
    to(
        "address-imported-that-differs",
        [],
        [kept(OURS.but(labels={"a": "b"}), imported="{0}")],
        standing=(STANDS,),
    ),
    to("address-imported-that-is-not-there", [], [kept(OURS, imported="4711")], standing=(STANDS,)),
    to(
        "address-imported-in-place-of-another",
        [OURS],
        [kept(OURS, imported="{0}")],
        standing=(STANDS,),
    ),
    to("address-looked-up", [], [kept(OURS, looked_up="{0}")], standing=(STANDS,)),
    to(
        "address-looked-up-still",
        [kept(OURS, looked_up="{0}")],
        [kept(OURS, looked_up="{0}")],
        standing=(STANDS,),
    ),
    to(
        "address-looked-up-elsewhere",
        [kept(OURS, looked_up="{0}")],
        [kept(OURS.but(name="other"), looked_up="{1}")],
        standing=(STANDS, OTHER_STANDS),
    ),
    to("address-looked-up-no-more", [kept(OURS, looked_up="{0}")], [], standing=(STANDS,)),
    to("address-looked-up-that-was-ours", [OURS], [kept(OURS, looked_up="{0}")], standing=(STANDS,)),
    to("address-ours-that-was-looked-up", [kept(OURS, looked_up="{0}")], [OURS], standing=(STANDS,)),
)
