"""Dialects: how each contract talks — envelope, gate, packet ids, answers and codes. No field is named here."""
