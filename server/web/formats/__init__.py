"""Screens: The readable reference of formats."""
