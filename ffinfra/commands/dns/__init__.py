"""``ffinfra dns``: zones, live checks, readiness; one command a module."""
