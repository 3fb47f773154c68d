"""Message kinds about hospitals, one module each."""
