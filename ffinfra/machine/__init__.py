"""What runs on a machine itself during a rollout: Python's standard library and nothing that is not sent along."""
