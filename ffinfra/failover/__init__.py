"""Switching the delegation: the stack's mode, the approval, and watching until the world has followed."""
