"""What becomes of an ordered server: a directory of files, or another machine behind the same verbs."""
