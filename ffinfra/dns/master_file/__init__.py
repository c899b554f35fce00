"""Reading BIND master files (RFC 1035 section 5) with places, all problems at once and bounded directives."""

from ffinfra.dns.master_file.reader import read_zone, read_zone_text
from ffinfra.dns.master_file.zone_file import PlacedRecord, ZoneFile

__all__ = ["PlacedRecord", "ZoneFile", "read_zone", "read_zone_text"]
