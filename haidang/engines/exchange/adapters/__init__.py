"""One adapter for each way the outside speaks (bộ chuyển đổi): pure mapping, no Django."""
