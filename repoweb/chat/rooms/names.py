"""Names that people choose, which nobody can take for a login.

They are stored and shown with a mark before them; only a login stands without. So a
guest who calls himself as an insider is seen to be somebody else, and nobody has to be
told which logins there are. The protocols of Chaton and hchatd know no mark.
"""

MARK = "~"


def marked(name: str) -> str:
    """Return a chosen name as it is shown."""
    return MARK + name


def chosen(shown: str, login: str) -> str:
    """Return the name that was chosen, or the login.

    Args:
        shown: as it is stored.
        login: of who wrote, or "".
    """
    return shown if shown == login else shown.removeprefix(MARK)
