"""Hải Đăng: the digital health platform of a Vietnamese city."""
