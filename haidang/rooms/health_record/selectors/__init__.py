"""Reads of the room: each is told who asks, notes the look, and answers in plain values."""
