"""Live checks of delegated zones, with Zonemaster's test-case ids and message tags."""
