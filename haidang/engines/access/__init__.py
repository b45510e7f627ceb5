"""Access: accounts, roles, sign-in, who may open whose record, and the second lock under it."""
