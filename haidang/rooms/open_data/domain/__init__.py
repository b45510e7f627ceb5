"""Rules of open data: what a data set is, what a table may hold, what a hidden cell must not tell."""
