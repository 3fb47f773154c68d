"""Screens of layouts: which columns files have, in data, and which sender uses which."""
