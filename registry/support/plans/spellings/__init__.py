"""How contracts write plans and facts of preventive measures."""
