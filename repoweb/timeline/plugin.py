"""What the timeline and the pages around it add to the site."""

from repoweb.plugin import MenuEntry, Plugin
from repoweb.timeline import branches, reports, views
from repoweb.timeline.blueprint import pages
from repoweb.timeline.settings import SETTINGS

VIEWS = (views, branches, reports)
"""The modules that register their pages when they are imported."""

plugin = Plugin(
    name="timeline",
    blueprint=pages,
    menu=(
        MenuEntry("Timeline", "/timeline", views.ANY),
        MenuEntry("Branches", "/brlist", "o", "Which there are, open and closed"),
        MenuEntry("Tags", "/taglist", "o", "Releases and other marks"),
    ),
    sitemap=(
        MenuEntry("Leaves", "/leaves", "o", "Check-ins without children"),
        MenuEntry("Beginnings of branches", "/brtimeline", "o"),
        MenuEntry("Tagged check-ins", "/tagtimeline", "o"),
        MenuEntry("This day in history", "/thisdayinhistory", "o"),
        MenuEntry("Timewarps", "/timewarps", "o", "Check-ins before their parents"),
        MenuEntry("Activity", "/reports", views.ANY, "Who did how much, and when"),
    ),
    settings=SETTINGS,
)
