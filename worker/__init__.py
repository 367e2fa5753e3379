"""What time does: Celery, the sweeps, delivery of messages and the supervisor of one machine."""
