"""Figures of the registry on the screen."""
