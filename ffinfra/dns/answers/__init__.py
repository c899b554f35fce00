"""Whether servers answer what is declared: every RRset, at every nameserver and through a resolver."""
