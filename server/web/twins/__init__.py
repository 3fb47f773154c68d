"""Screens: duplicates: the worklist, two records side by side, separation."""
