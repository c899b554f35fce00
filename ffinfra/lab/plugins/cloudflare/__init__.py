"""Stand-in for the official plugin cloudflare 6.23.1 (terraform-provider-cloudflare 5, cloudflare-go 6)."""
