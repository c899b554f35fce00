"""Pure rendering of every host's files from the model."""
