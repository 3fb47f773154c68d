"""How the lines of a mass change stand in a file: a layout of the hub itself, kept as data."""
