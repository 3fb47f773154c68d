"""Changes of the registry: set-based, inside the caller's transaction."""
