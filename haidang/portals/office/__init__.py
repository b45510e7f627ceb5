"""Where civil servants and leaders begin their day."""
