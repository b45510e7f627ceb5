"""What analysts type: read, bounded and run on a locked engine."""
