"""What tests of the failover share with those of the lab."""

from tests.lab.conftest import short_path

__all__ = ["short_path"]
