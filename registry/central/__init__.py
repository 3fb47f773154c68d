"""The registers above ours (ЦС ЕРЗ, ФЕРЗЛ): what one is told of our people, what both are asked and answer."""
