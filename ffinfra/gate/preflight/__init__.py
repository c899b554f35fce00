"""What the providers' APIs would refuse only during the update; the rule over it is ``rules/preflight.py``."""
