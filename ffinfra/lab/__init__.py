"""The lab: loopback clouds and real daemons in a network namespace of its own."""
