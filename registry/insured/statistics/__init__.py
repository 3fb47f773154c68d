"""Figures of the registry by day: how many are insured, by whom, where they are attached, how old they are."""
