"""Changes of the buffer: set-based, inside the caller's transaction."""
