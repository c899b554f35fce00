"""One change of a delegation by the local provider's own resource; run inside a namespace, JSON on stdin."""

from __future__ import annotations

import json
import sys

from ffinfra.provider.properties import Properties
from ffinfra.provider.updated_delegation import UpdatedDelegation


def main() -> None:
    """Update from ``old`` to ``new``, both whole inputs; without ``old`` create."""
    given = json.load(sys.stdin)
    new = Properties(given["new"])
    if given["old"] is None:
        UpdatedDelegation().create("drill", new, preview=False)
    else:
        UpdatedDelegation().update(given["new"]["child"], Properties(given["old"]), new, preview=False)


if __name__ == "__main__":
    main()
