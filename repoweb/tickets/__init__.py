"""Tickets: what is to be done, with the fields that the site has chosen."""
