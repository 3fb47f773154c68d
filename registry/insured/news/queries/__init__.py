"""What changed in a period: for screens, for programs, for the files of a day."""
