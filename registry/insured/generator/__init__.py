"""Invented people: a population with families, histories and known truth, the same for one seed everywhere."""
