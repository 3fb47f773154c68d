"""Files in forms of the hub's own: what nobody published, so the hub says how they look."""
