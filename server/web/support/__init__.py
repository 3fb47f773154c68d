"""Screens of information support: the monitor of sendings and the pages of cards."""
