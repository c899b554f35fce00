"""Everything of DNS that talks to a server: queries, transfers, updates."""
