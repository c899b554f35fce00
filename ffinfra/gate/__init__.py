"""The preview-diff gate: typed changes, rules, approvals, apply."""
