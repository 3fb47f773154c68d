"""Screens of mass changes: what was seen, what was run, what was taken back."""
