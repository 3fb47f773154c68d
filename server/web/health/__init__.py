"""Screens: State of the hub for people and for monitoring."""
