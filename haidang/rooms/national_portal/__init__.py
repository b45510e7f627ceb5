"""The exchange with the National Public Service Portal."""
