"""The demonstration: an invented registry, accounts, and a walk through every channel."""
