"""What the timeline and the pages around it add to the site."""

from repoweb.plugin import LateBlueprint, MenuEntry, Plugin
from repoweb.repository.kinds import ANY
from repoweb.timeline.settings import SETTINGS

plugin = Plugin(
    name="timeline",
    blueprint=LateBlueprint(
        "repoweb.timeline.pages:pages",
        "/timeline /timeline.rss /timeline.atom /brlist /taglist /leaves /brtimeline"
        " /tagtimeline /reports /timewarps /thisdayinhistory",
    ),
    menu=(
        MenuEntry("Timeline", "/timeline", ANY),
        MenuEntry("Branches", "/brlist", "o", "Which there are, open and closed"),
        MenuEntry("Tags", "/taglist", "o", "Releases and other marks"),
    ),
    sitemap=(
        MenuEntry("Leaves", "/leaves", "o", "Check-ins without children"),
        MenuEntry("Beginnings of branches", "/brtimeline", "o"),
        MenuEntry("Tagged check-ins", "/tagtimeline", "o"),
        MenuEntry("This day in history", "/thisdayinhistory", "o"),
        MenuEntry("Timewarps", "/timewarps", "o", "Check-ins before their parents"),
        MenuEntry("Activity", "/reports", ANY, "Who did how much, and when"),
    ),
    settings=SETTINGS,
)
