"""The settings of /Admin/Search: what may be searched at all; Fossil's names."""

from typing import NamedTuple

from repoweb.plugin import Setting

PAGE = "Admin/Search"


class Kind(NamedTuple):
    """A kind of documents.

    Args:
        letter: Fossil's, in the parameter `y` and the table `ftsdocs`.
        name: of its documents, for people.
        needs: the capability that shows them.
        setting: allows the search.
    """

    letter: str
    name: str
    needs: str
    setting: Setting


def _allows(name: str, what: str) -> Setting:
    return Setting(
        name, f"Search {what}", f"Whether /search looks through {what}.", False, PAGE
    )


KINDS = (
    Kind("c", "Check-ins", "o", _allows("search-ci", "comments of check-ins")),
    Kind("d", "Documents", "o", _allows("search-doc", "embedded documents")),
    Kind("t", "Tickets", "r", _allows("search-tkt", "tickets")),
    Kind("w", "Wiki", "j", _allows("search-wiki", "wiki pages")),
    Kind("e", "Technotes", "j", _allows("search-technote", "technotes")),
    Kind("f", "Forum", "2", _allows("search-forum", "posts of the forum")),
)

DOC_GLOB = Setting(
    "doc-glob",
    "Documents that are searched",
    "Globs of names of files, divided by commas, such as “*.md,doc/*”.",
    "",
    PAGE,
)
DOC_BRANCH = Setting(
    "doc-branch",
    "Branch of the documents",
    "The branch whose newest files are searched; empty is the main branch.",
    "",
    PAGE,
)

SETTINGS = (*(kind.setting for kind in KINDS), DOC_GLOB, DOC_BRANCH)
