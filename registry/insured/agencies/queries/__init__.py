"""The read side of what departments told: announced deaths, suspended insurance."""
