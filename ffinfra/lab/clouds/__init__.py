"""Loopback stand-ins for the Hetzner Cloud API and the Cloudflare API, each with a real knotd behind its DNS.

Limits and knobs: docs/lab-clouds.md.
"""
