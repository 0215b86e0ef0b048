"""Rooms beside the insiders' one, and the protocols of their guests."""
