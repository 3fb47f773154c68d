"""Message kinds about insured people, one module each."""
