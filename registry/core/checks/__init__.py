"""Pure checks of numbers, documents, dates and names: each returns a verdict and never raises on a value."""
