"""The exchange with the central segment on the screens: the queue, what became of each message, what to do about it."""
