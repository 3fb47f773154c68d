"""Districts of clinics: people attached, workers, load, and the people behind every figure."""
