"""What developers of other systems need: how to connect, examples that run, every code and limit."""
