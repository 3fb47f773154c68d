"""Screens of settings kept as data: what the region decided, and who changed it."""
