"""State changes of the exchange, inside the caller's transaction."""
