"""Plain Python under everything: no Django, no database, no clock."""
