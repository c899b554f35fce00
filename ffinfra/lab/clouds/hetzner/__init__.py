"""A stand-in for the Hetzner Cloud API, version 1 (https://docs.hetzner.cloud/reference/cloud)."""
