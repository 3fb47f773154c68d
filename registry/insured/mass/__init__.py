"""Mass changes: many facts of one sort at once, looked at first, run exactly as seen, taken back exactly."""
