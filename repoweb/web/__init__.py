"""What every page shares: layout, menu, errors, headers and static files."""
