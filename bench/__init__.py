"""Measurements: `bin/bench NAME` prints one JSON object a line."""
