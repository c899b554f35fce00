"""A zone on one backend, one module each; ``held`` chooses by the declaration."""
