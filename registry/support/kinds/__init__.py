"""Message kinds of information support, one module each."""
