"""The layout of a request for the changes of a period."""
