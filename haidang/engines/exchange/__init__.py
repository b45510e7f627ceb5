"""Messages in and out: kept as they came, checked, turned into records, answered for."""
