"""What the page /info adds to the site."""

from repoweb.info.views import pages
from repoweb.plugin import Plugin

plugin = Plugin(name="info", blueprint=pages)
