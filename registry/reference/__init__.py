"""НСИ: reference books with their periods of validity."""
