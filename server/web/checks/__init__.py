"""«Проверки»: the book of checks of records, with those staff have switched off."""
