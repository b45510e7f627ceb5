"""The room intake: dossiers of facilities on their way into the records."""
