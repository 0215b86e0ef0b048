"""Technotes: texts with a place in the timeline."""
