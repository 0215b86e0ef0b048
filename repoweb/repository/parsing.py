"""Structural artifacts as values: `parse(content) -> Manifest` (E2 is writing this, back at 01:00)."""
