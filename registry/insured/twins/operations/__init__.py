"""State changes of pairs and of the people in them, inside the caller's transaction."""
