"""Screens of the buffer: what waits, one change beside what is known, and the rules of what waits."""
