"""Infrastructure as code for the hosts and the DNS of a community network."""
