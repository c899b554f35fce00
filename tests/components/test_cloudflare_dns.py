"""Our declaration of a DNS record is the package's own, without its import."""

from __future__ import annotations

import importlib
from dataclasses import asdict

import pulumi
import pytest

from components.cloudflare_dns import DnsRecord, DnsRecordArgs
from tests.components.recording import declared_by

DS = DnsRecordArgs(
    zone_id="5f0c1d3a9b7e4c2d8a6b0e9f1c3d5a7b",
    name="ff.musterstadt.example",
    type="DS",
    ttl=300,
    data={"key_tag": 4711, "algorithm": 13, "digest_type": 2, "digest": "ab" * 32},
)
NS = DnsRecordArgs(
    zone_id="5f0c1d3a9b7e4c2d8a6b0e9f1c3d5a7b",
    name="ff.musterstadt.example",
    type="NS",
    ttl=300,
    content="ns1.mesh.musterstadt.example",
)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("args", [NS, DS], ids=["NS", "DS"])
def test_as_the_package_declares_it(args: DnsRecordArgs) -> None:
    """The whole package warns of its other resources when it is imported."""
    official = importlib.import_module("pulumi_cloudflare").DnsRecord
    ours = declared_by(lambda: DnsRecord("a record", args, pulumi.ResourceOptions()))
    theirs = declared_by(lambda: official("a record", **asdict(args)))
    assert ours == theirs
