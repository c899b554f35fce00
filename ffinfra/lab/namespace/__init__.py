"""The lab's own network namespace: making it, entering it, leaving nothing behind."""
