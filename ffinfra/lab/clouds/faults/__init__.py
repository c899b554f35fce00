"""What goes wrong on purpose: seeded by a profile, or scripted over the management API."""
