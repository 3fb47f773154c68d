"""The central segment of the register (ЦС ЕРЗ): what it is told of our people, what it is asked, what it answers."""
