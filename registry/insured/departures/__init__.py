"""People who left a clinic, as the clinic is told: the record and its layout (files.md 3.7)."""
