"""The person's record across facilities: for who cares for them, and for themselves."""
