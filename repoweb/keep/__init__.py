"""Keeping what matters: messages of the chat become posts, pages and tickets."""
