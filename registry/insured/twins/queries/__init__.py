"""The read side of duplicates: where they are found, the worklist, two people side by side."""
