"""Screens of held records and of the weights and thresholds they are scored by."""
