"""Set-up of a checkout: system packages, the virtual environment, the Pulumi command."""
