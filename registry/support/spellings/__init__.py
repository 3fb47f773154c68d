"""How contracts write events of information support."""
