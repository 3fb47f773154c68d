"""Other registers on the screens: the queue to them, what became of each message, what to do about it."""
