"""Amending check-ins: comment, user, date, colour, tags and branch."""
