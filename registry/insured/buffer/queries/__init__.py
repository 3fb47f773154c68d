"""What the buffer holds, for screens and for its own decisions."""
