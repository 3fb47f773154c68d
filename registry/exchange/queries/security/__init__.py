"""What is asked of those who enter: rights of roles, demands on calls, keys of programs."""
