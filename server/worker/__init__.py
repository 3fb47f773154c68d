"""What works without a caller: jobs, deliveries from queues, the outbox."""
