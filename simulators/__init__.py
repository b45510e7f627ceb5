"""Stand-ins for the systems around Hải Đăng: small programs that speak the published protocols, for tests, demos and training."""
