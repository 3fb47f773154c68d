"""Screens: Who looked at what and did what."""
