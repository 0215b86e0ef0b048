"""The list of plugins: its order is the order of the menu."""

from importlib.metadata import entry_points

from repoweb.accounts.plugin import plugin as accounts
from repoweb.admin.plugin import plugin as admin
from repoweb.amend.plugin import plugin as amend
from repoweb.attachments.plugin import plugin as attachments
from repoweb.chat.plugin import plugin as chat
from repoweb.editing.plugin import plugin as editing
from repoweb.files.plugin import plugin as files
from repoweb.forum.plugin import plugin as forum
from repoweb.health.plugin import plugin as health
from repoweb.help.plugin import plugin as help_pages
from repoweb.home.plugin import plugin as home
from repoweb.info.plugin import plugin as info
from repoweb.keep.plugin import plugin as keep
from repoweb.moderation.plugin import plugin as moderation
from repoweb.plugin import Plugin
from repoweb.search.plugin import plugin as search
from repoweb.technotes.plugin import plugin as technotes
from repoweb.tickets.plugin import plugin as tickets
from repoweb.timeline.plugin import plugin as timeline
from repoweb.wiki.plugin import plugin as wiki

BUILT_IN = (
    home,
    timeline,
    files,
    info,
    forum,
    wiki,
    tickets,
    chat,
    technotes,
    amend,
    keep,
    editing,
    attachments,
    moderation,
    search,
    help_pages,
    admin,
    accounts,
    health,
)

ENTRY_POINTS = "repoweb.plugins"


def all_plugins() -> tuple[Plugin, ...]:
    """Return the built-in plugins and those of installed packages."""
    found = (point.load() for point in entry_points(group=ENTRY_POINTS))
    return (*BUILT_IN, *found)
