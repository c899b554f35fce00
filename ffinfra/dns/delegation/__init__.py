"""The delegation of our zones: who serves them, what the parent says, and the three modes."""
