"""Pure decisions about plans and facts of preventive measures."""
