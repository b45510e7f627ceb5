"""Apps and services of others: registered, opened on a record, allowed and taken back."""
