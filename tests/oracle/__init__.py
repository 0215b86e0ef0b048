"""repoweb and the real fossil program on the same file."""
