"""Screens: Accounts and organisations."""
