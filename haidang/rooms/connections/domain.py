"""The kinds of apps that can be registered."""

#: Without a secret; with a secret; with a key; for itself and with a key.
PUBLIC, SECRET, SIGNED, SERVICE = "public", "secret", "signed", "service"
