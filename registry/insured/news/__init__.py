"""News: the numbering of changed facts, by which everybody is told every change of a period once and completely."""
