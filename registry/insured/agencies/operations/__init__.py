"""Effects of what departments tell: through the ledger of people and the buffer, set-based."""
