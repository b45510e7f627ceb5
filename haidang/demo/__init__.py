"""The demo city: synthetic people, facilities and years of visits, made through services."""
