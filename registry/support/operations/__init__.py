"""State changes of cards, inside the caller's transaction."""
