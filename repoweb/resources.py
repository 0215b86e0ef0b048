"""Where schema.sql, templates/ and static/ lie: in the package, or beside it."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def resource(name: str) -> Path:
    """Find a shipped file or folder, in an installed package or in a checkout."""
    for base in (_PACKAGE, _PACKAGE.parent):
        if (base / name).exists():
            return base / name
    raise FileNotFoundError(name)
