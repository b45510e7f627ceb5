"""A claims dossier and the record it becomes: two pure functions and one mapping table between them."""
