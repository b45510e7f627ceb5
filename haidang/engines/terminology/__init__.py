"""Code systems, value sets and concept maps, by release (danh mục mã dùng chung)."""
