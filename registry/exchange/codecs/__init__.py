"""Codecs turn bytes into names and text and back; they know no kinds, no fields and no database."""
