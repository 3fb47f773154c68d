"""Screens: Journal, packets and uploads."""
