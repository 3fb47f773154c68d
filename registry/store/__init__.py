"""What SQLite and PostgreSQL do differently, behind one face."""
