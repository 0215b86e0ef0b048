"""Fossil's capability letters: what they are, imply and inherit."""

from collections.abc import Mapping
from typing import NamedTuple

SPECIAL_LOGINS = ("nobody", "anonymous", "reader", "developer")
"""Users that stand for groups: nobody can log in as one of them."""

NOBODY, ANONYMOUS, READER, DEVELOPER = SPECIAL_LOGINS

LOGGED_IN = "L"
"""The pseudo letter of capability expressions: somebody is logged in."""


class Capability(NamedTuple):
    """One letter, its short name and what it permits."""

    letter: str
    name: str
    permits: str


CAPABILITIES = (
    Capability("s", "Setup", "Everything, the configuration included"),
    Capability("a", "Admin", "Create and delete users; everything but setup"),
    Capability("b", "Attach", "Add attachments to wiki pages and tickets"),
    Capability("c", "Append-Tkt", "Append to tickets"),
    Capability("e", "View-PII", "See e-mail addresses and other private data"),
    Capability("f", "New-Wiki", "Create wiki pages"),
    Capability("g", "Clone", "Clone the repository"),
    Capability("h", "Hyperlinks", "See links to the details of the history"),
    Capability("i", "Check-In", "Check in code; implies check-out"),
    Capability("j", "Read-Wiki", "Read wiki pages"),
    Capability("k", "Write-Wiki", "Edit wiki pages"),
    Capability("l", "Mod-Wiki", "Moderate wiki pages"),
    Capability("m", "Append-Wiki", "Append to wiki pages"),
    Capability("n", "New-Tkt", "Create tickets"),
    Capability("o", "Check-Out", "Read the code and its history"),
    Capability("p", "Password", "Change one's own password"),
    Capability("q", "Mod-Tkt", "Moderate tickets"),
    Capability("r", "Read-Tkt", "Read tickets"),
    Capability("t", "Reports", "Create ticket reports"),
    Capability("u", "Reader", "Inherit all capabilities of the user “reader”"),
    Capability("v", "Developer", "Inherit all capabilities of the user “developer”"),
    Capability("w", "Write-Tkt", "Edit tickets"),
    Capability("x", "Private", "Push and pull private branches"),
    Capability("y", "Write-UV", "Push unversioned files"),
    Capability("z", "Zip-Download", "Download archives"),
    Capability("2", "Forum-Read", "Read the forum"),
    Capability("3", "Forum-Write", "Post to the forum, subject to moderation"),
    Capability("4", "Forum-Trusted", "Post to the forum without moderation"),
    Capability("5", "Forum-Mod", "Moderate the forum"),
    Capability("6", "Forum-Admin", "Grant capability 4 to others"),
    Capability("7", "Alerts", "Sign up for e-mail alerts"),
    Capability("A", "Announce", "Send announcements to all subscribers"),
    Capability("B", "Forum-Attach", "Add attachments to forum posts"),
    Capability("C", "Chat", "Read and write in the chat"),
    Capability("D", "Debug", "Enable debugging features"),
)

LETTERS = frozenset(capability.letter for capability in CAPABILITIES)

_ALL_BUT_SETUP = "".join(sorted(LETTERS - set("suvxy")))

_IMPLIES: dict[str, str] = {
    "s": "a",
    "a": _ALL_BUT_SETUP,
    "i": "o",
    "k": "jm",
    "w": "rnc",
    "6": "5",
    "5": "4",
    "4": "3",
    "3": "2",
}
"""As in `login_set_capabilities` of Fossil's src/login.c."""

Letters = frozenset[str]


def effective(
    letters: str, special: Mapping[str, str], *, logged_in: bool = False
) -> Letters:
    """Compute what a user may do from the letters of his row.

    Args:
        letters: `user.cap`.
        special: `user.cap` of the special users, by login.
        logged_in: somebody is, so that the letters of `anonymous` count too.
    """
    pending = list(letters + special.get(NOBODY, ""))
    if logged_in:
        pending += special.get(ANONYMOUS, "")
    found: set[str] = set()
    while pending:
        letter = pending.pop()
        if letter in found:
            continue
        found.add(letter)
        pending += _IMPLIES.get(letter, "")
        pending += _inherited(letter, special)
    return frozenset(found)


def _inherited(letter: str, special: Mapping[str, str]) -> str:
    if letter == "u":
        return special.get(READER, "")
    if letter == "v":
        return special.get(DEVELOPER, "")
    return ""


def matches(expression: str, own: Letters, anonymous: Letters) -> bool:
    """Evaluate a capability expression, such as those of Fossil's `mainmenu`.

    Terms are separated by blanks, and one true term suffices: `abc` has all
    three, `@abc` an anonymous user would have all, `!abc` lacks at least one,
    `*` always, `{}` never.
    """
    return any(_matches_term(term, own, anonymous) for term in expression.split())


def _matches_term(term: str, own: Letters, anonymous: Letters) -> bool:
    if term == "*":
        return True
    if term.startswith("!"):
        return not own.issuperset(term[1:])
    if term.startswith("@"):
        return anonymous.issuperset(term[1:])
    return own.issuperset(term)


def in_order(letters: str) -> str:
    """Sort capability letters as Fossil shows them, each once, unknown ones last."""
    return "".join(sorted(set(letters), key=lambda c: (c not in LETTERS, _rank(c), c)))


def _rank(letter: str) -> int:
    if letter.islower():
        return 0
    return 1 if letter.isdigit() else 2
