"""Judging the live checks by Zonemaster's recorded scenarios."""
