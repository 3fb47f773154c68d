"""Packets the hub sends of itself: made, followed, and what the clock has it tell."""
