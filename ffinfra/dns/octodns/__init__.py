"""octoDNS's zones in YAML, both ways: https://octodns.readthedocs.io/, YamlProvider and its record types."""
