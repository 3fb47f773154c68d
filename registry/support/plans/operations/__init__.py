"""Effects of plans and facts: rows kept by sender and the sender's own number."""
