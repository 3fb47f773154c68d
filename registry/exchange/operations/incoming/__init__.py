"""What is known of files before they come, and files that come piece by piece."""
