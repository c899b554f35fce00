"""The validated model of the network: hosts, supernodes, nameservers, credentials, costs, failure domains."""
