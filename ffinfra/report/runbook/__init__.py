"""The runbook: what to do by hand, for this very network, when there is no ffinfra."""
