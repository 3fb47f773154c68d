"""What those who look after a running hub read: jobs, work in hand, backups, installations."""
