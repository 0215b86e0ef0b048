"""The kinds of events, as the column `event.type` tells them."""

KINDS = {
    "ci": "Check-in",
    "w": "Wiki",
    "t": "Ticket",
    "e": "Technote",
    "f": "Forum",
    "g": "Tag",
}

NEEDS = {"ci": "o", "w": "j", "t": "r", "e": "j", "f": "2", "g": "o"}
"""The capability that shows events of a kind; unlike Fossil without leaks."""

ANY = " ".join(sorted(set(NEEDS.values())))
"""Of which capabilities one must be there to see any event."""
