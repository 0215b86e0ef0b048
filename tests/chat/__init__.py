"""A package, so that its modules may be called as others are elsewhere in tests/."""
