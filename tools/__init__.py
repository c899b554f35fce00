"""Tools of a checkout: standard library only, so that they run before anything is installed."""
