"""The real daemons that the lab starts: knotd, unbound, the stand-in clouds."""
