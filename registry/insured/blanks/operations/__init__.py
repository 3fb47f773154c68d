"""What is done with blanks, under one lock, in the caller's transaction."""
