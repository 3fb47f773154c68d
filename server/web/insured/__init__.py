"""Screens: People: search and card."""
