"""The timeline and its feeds, branches, tags, leaves and reports."""
