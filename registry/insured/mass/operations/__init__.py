"""Preparing, running and taking back mass changes: set-based, in portions, inside the caller's transaction."""
