"""The table of branches.

This module writes HTML itself and not by a template, for there may be thousands of
branches. What users wrote goes through `escape`.
"""

from functools import cache

from markupsafe import Markup, escape

from repoweb.repository.ancestry import main_branch
from repoweb.timeline.branch_queries import Branch
from repoweb.web.current import database
from repoweb.web.graph import branch_class
from repoweb.web.hyperlinks import show_links
from repoweb.web.namelinks import branch_link, hash_link, user_link


def rows_of(branches: list[Branch]) -> Markup:
    """Write a row for each branch."""
    links, main = show_links(), main_branch(database())
    user = cache(user_link)

    def row(branch: Branch) -> str:
        name = branch_link(branch.name, branch_class(branch.name, main), links)
        last = f"{hash_link(branch.hash, links)} by {user(branch.user, links)}"
        return (
            f"<tr><td>{name}</td>\n"
            f'<td><time datetime="{branch.time.replace(" ", "T")}Z">{branch.time[:16]}'
            f'</time> <span class="note">{last}</span></td>\n'
            f'<td class="num">{_count(branch.checkins)}</td>\n'
            f"<td>{_state(branch)}</td></tr>\n"
        )

    return Markup("".join(map(row, branches)))  # noqa: S704 - links and escaped words


def _count(checkins: int) -> str:
    unit = "check-in" if checkins == 1 else "check-ins"
    return f'{checkins:,}<span class="only-narrow"> {unit}</span>'


def _state(branch: Branch) -> str:
    closed = '<span class="mark">closed</span> ' if branch.closed else ""
    into = branch.merged_into
    return f"{closed}merged into {escape(into)}" if into else closed
