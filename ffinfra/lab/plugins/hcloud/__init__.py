"""Stand-in for the official plugin hcloud 1.43.3 (terraform-provider-hcloud 1.66.1, hcloud-go 2.44.0)."""
