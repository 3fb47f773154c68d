"""The layout of a list of boxes."""
