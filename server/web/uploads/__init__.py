"""Screens: handing in files and finding them again."""
