"""What changes the queue to the central segment, inside the caller's transaction."""
