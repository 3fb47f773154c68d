"""Entering and leaving: sign-in, sessions, who the viewer is."""
