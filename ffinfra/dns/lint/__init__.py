"""Rules on zones: what is wrong or surprising in them, told with place, reason and way out."""
