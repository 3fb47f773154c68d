"""Pure decisions about events of information support."""
