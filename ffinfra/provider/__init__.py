"""The local Pulumi provider freifunk: ZoneContent, HostConfig, GateRecord."""
