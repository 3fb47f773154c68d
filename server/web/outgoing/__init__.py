"""Packets of the hub itself on the screens: what waits for a receiver, and how each of them fared."""
