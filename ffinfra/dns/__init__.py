"""DNS logic on dnspython: zones, delegations, backends, readiness and live checks."""
