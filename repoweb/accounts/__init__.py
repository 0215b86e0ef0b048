"""Fossil's users, passwords, capabilities and login."""

from flask import Flask

from repoweb.accounts import current, denial, robots


def init_app(app: Flask) -> None:
    """Let the application know who makes a request, and refuse what he may not."""
    current.init_app(app)
    denial.init_app(app)
    robots.init_app(app)
