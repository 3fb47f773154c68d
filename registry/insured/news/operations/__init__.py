"""Numbering what changed, and remembering which days were told."""
