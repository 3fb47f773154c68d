"""The book of checks: which checks there are, and since when staff have switched one off (function ERZ-21)."""
