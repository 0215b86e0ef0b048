"""The page /search, and what it may look through."""
