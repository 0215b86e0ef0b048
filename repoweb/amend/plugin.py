"""What amending adds to the site."""

from repoweb.amend.views import pages
from repoweb.plugin import Plugin

plugin = Plugin(name="amend", blueprint=pages)
