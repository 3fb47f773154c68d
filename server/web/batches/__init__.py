"""Screens of batch identification: files of people to be found, their rows, and people chosen for such a file."""
