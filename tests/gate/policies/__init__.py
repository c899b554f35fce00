"""A policy pack of the engine that really runs, and what starts it."""

from pathlib import Path

BIN = Path(__file__).with_name("bin")
"""To be found on PATH."""
COMMUNITY = Path(__file__).with_name("community")
"""The pack."""
