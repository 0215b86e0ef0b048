"""What the timeline adds to the site."""

from repoweb.plugin import MenuEntry, Plugin
from repoweb.timeline import views
from repoweb.timeline.blueprint import pages

plugin = Plugin(
    name="timeline",
    blueprint=pages,
    menu=(MenuEntry("Timeline", "/timeline", views.ANY),),
)
