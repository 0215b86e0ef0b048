"""What tickets add to the site."""

from repoweb.plugin import LateBlueprint, MenuEntry, Plugin

plugin = Plugin(
    name="tickets",
    blueprint=LateBlueprint(
        "repoweb.tickets.pages:pages",
        "/ticket /reportlist /tktsrch /tktview /tktview/<name> /tkthistory"
        " /tkthistory/<name> /tkttimeline /tkttimeline/<name> /tinfo /tinfo/<name>"
        " /tktnew /tktedit /tktedit/<name> /rptview /rptview/<rn> /rptsql /rptsql/<rn>"
        " /rptnew /rptedit /rptedit/<rn>",
    ),
    menu=(MenuEntry("Tickets", "/ticket", "r"),),
    sitemap=(MenuEntry("New ticket", "/tktnew", "n"),),
)
