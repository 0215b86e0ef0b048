"""The one exception that all of repoweb's own exceptions derive from."""


class RepowebError(Exception):
    """Something a user can understand went wrong; str() says it in one line."""
