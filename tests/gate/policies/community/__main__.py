"""A policy pack as a community may write one: it forbids, advises, and would change inputs."""

from __future__ import annotations

from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

HOST_CONFIG, SERVER = "freifunk:index:HostConfig", "hcloud:index/server:Server"
FEW = 2


def no_shared_cores(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Shared cores are told by the type's name."""
    if args.resource_type == SERVER and str(args.props["serverType"]).startswith("cx"):
        report(f"{args.name} has shared cores", None)


def quiet_greeting(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """A host's message of the day does not shout."""
    files = args.props.get("files") or {} if args.resource_type == HOST_CONFIG else {}
    if "!" in str(files.get("/etc/motd", {}).get("content", "")):
        report(f"{args.name} shouts", None)


def role_named(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Every server says what it is for."""
    if args.resource_type == SERVER and "role" not in (args.props.get("labels") or {}):
        report(f"{args.name} has no label role", None)


def few_servers(args: StackValidationArgs, report: ReportViolation) -> None:
    """Servers cost money."""
    servers = [one.name for one in args.resources if one.resource_type == SERVER]
    if len(servers) > FEW:
        report(f"{len(servers)} servers", None)


def with_owner(args: ResourceValidationArgs) -> Any:
    """Who asks for an owner gets one; the SDK awaits no answer, whatever its annotation says."""
    labels = dict(args.props.get("labels") or {})
    if args.resource_type != SERVER or labels.get("owner") != "somebody":
        return None
    return {**args.props, "labels": {**labels, "owner": "alex"}}


PolicyPack(
    "community",
    [
        ResourceValidationPolicy(
            "no-shared-cores", "No shared cores", no_shared_cores, EnforcementLevel.MANDATORY
        ),
        ResourceValidationPolicy("quiet-greeting", "No shouting", quiet_greeting, EnforcementLevel.MANDATORY),
        ResourceValidationPolicy("role-named", "A role for each", role_named, EnforcementLevel.ADVISORY),
        StackValidationPolicy("few-servers", "Few servers", few_servers, EnforcementLevel.ADVISORY),
        ResourceValidationPolicy(
            "with-owner", "An owner for each", None, EnforcementLevel.REMEDIATE, remediate=with_owner
        ),
    ],
)
