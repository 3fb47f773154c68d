"""Changes of people beyond packets: second answers of the buffer, mass changes."""
