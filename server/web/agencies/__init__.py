"""Exchange with other departments: their files, what waits for a decision, suspended insurance."""
