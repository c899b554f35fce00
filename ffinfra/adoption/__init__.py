"""Taking over a living network: what stands at the providers and on a nameserver becomes declarations and state."""
