"""«Настройки»: what the fund has set, what it may be, and who changed it."""
