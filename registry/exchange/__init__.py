"""Organisations, packets, journal, outbox, dialects and the pipeline every packet goes through."""
