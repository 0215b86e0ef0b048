"""The administration pages that belong to no other feature."""
