"""Whether a switch of the delegation is safe now, and how long visitors would notice it."""
