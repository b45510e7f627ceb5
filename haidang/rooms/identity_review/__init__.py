"""Records that may belong to one person, looked at by people before anything is merged."""
