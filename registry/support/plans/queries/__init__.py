"""Questions about plans and facts of preventive measures."""
