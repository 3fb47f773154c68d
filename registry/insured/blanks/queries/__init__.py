"""Where blanks are and how many there are."""
