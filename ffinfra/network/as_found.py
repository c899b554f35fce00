"""What of a machine that was taken over stays as it was found, until a change takes it off the list."""

from __future__ import annotations

from enum import StrEnum


class AsFound(StrEnum):
    """One side of a machine that ffinfra leaves alone; ``ffinfra adopt`` writes all that apply.

    Taking one off brings this side into the form that all other machines have: a change of its own, seen in
    a preview like any other.
    """

    CONFIGURATION = "configuration"
    """Files, packages and units on the machine are a person's: nothing is rolled out."""
    RECORDS = "records"
    """Its names stand in the zones' files, instead of following from the model."""
    ADDRESSES = "addresses"
    """Names, labels and protection of its addresses at Hetzner, and which server holds them."""
    REVERSE_NAMES = "reverse-names"
    """What its addresses point back to at Hetzner."""
    FIREWALL = "firewall"
    """Which of Hetzner's firewalls the server has."""
    PLACEMENT = "placement"
    """Whether Hetzner keeps the server apart from others."""
    OPTIONS = "options"
    """The server's name at Hetzner, its labels, protection, backups and private networks."""
