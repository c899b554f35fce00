"""Stand-ins for the official Pulumi plugins hcloud and cloudflare, which are not served to every machine.

They speak the same protocol, know the same property names and ask the same APIs for the same things. What the
real ones do is written down in tests/lab/plugins (whole sequences of calls) and in the modules' docstrings.
"""
