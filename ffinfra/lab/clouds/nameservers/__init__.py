"""What makes a zone visible: a real knotd, or a list in memory, behind one small interface."""
