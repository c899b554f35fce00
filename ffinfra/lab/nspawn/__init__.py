"""Machines of grade ``nspawn``: real Debian in systemd-nspawn, over one cached root."""
