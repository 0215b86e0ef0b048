"""What a timeline shows, in words."""

from werkzeug.datastructures import MultiDict

from repoweb.repository.events import KINDS
from repoweb.timeline.filters import Filter

_WALKS = {
    "p": "Ancestors of {}",
    "d": "Descendants of {}",
    "dp": "Ancestors and descendants of {}",
    "f": "Parents and children of {}",
}
_TIMES = (("a", "after {}"), ("b", "before {}"), ("c", "around {}"))


def heading(wanted: Filter, args: MultiDict[str, str]) -> str:
    """Describe what is asked for, such as "Check-ins by drh with the tag rel-1"."""
    if wanted.walk:
        return _WALKS[wanted.walk].format(args[wanted.walk])
    kind = KINDS.get(args.get("y", ""))
    words = [f"{kind} events" if kind else "Timeline"]
    if wanted.user:
        words.append(f"by {wanted.user}")
    if wanted.tag:
        words.append(f"of {wanted.tag}" + (" and around" if wanted.related else ""))
    if wanted.text:
        words.append(f"with “{wanted.text}”")
    if wanted.changed:
        words.append(f"changing {wanted.changed}")
    words += [text.format(args[key]) for key, text in _TIMES if args.get(key)]
    month = args.get("ym") or args.get("year")
    if month:
        words.append(f"in {month[:4]}{'-' if month[4:] else ''}{month[4:].lstrip('-')}")
    return " ".join(words)
