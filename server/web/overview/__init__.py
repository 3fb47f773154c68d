"""Screens: the start page, the search over everything, the keys."""
