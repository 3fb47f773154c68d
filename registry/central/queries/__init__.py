"""The read side of the exchange with the central segment."""
