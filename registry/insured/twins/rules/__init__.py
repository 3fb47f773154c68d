"""Pure decisions about pairs of records: how alike they are, which stays, what forbids to join them."""
