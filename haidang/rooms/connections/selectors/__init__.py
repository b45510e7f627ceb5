"""What the room shows, and the words in which it does."""
