"""Attaching files to wiki pages, tickets, technotes and forum posts."""
