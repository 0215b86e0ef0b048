"""What the pages below /health add to the site."""

from repoweb.health.views import pages
from repoweb.plugin import Plugin

plugin = Plugin(name="health", blueprint=pages)
"""They are in no menu: programs ask for them."""
