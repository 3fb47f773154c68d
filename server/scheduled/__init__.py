"""What happens by the clock, in one elected process."""
