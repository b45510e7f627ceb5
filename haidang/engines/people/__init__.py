"""People: one person, many numbers; who is who, explained, and never merged by a guess."""
