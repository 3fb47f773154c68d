"""Pure decisions about books: what a row says, what is wrong with an edition, what it changes."""
