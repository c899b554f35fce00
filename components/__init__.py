"""Pulumi component resources: one module a resource, each with a frozen config and a typed result."""
