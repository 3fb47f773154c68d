"""The tests; what they share is in `fixtures/`, one module a noun."""
