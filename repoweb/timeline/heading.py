"""What a timeline shows, in words."""

from werkzeug.datastructures import MultiDict

from repoweb.repository.kinds import KINDS
from repoweb.timeline.filters import Filter

_WALKS = {
    "p": "Ancestors of {}",
    "d": "Descendants of {}",
    "dp": "Ancestors and descendants of {}",
    "df": "Descendants of {}",
    "f": "Parents and children of {}",
    "from": "From {} to {}",
    "me": "From {} to {} by their ancestor",
}
_FLAGS = {
    "namechng": "renaming files",
    "forks": "at forks",
    "cherrypicks": "with cherrypicks",
}
_TIMES = (
    *(("a", "after {}"), ("b", "before {}"), ("c", "around {}")),
    *(("ym", "in {}"), ("year", "in {}"), ("yw", "in the week {}")),
    *(("ymd", "on {}"), ("days", "of the last {} days")),
    ("cf", "around the first use of {:.10}"),
)


def heading(wanted: Filter, args: MultiDict[str, str]) -> str:
    """Describe what is asked for, such as "Check-ins by drh with the tag rel-1"."""
    if wanted.walk:
        return _way(args)
    kind = KINDS.get(args.get("y", ""))
    words = [f"{kind} events" if kind else "Timeline"]
    if wanted.user:
        words.append(f"by {wanted.user}")
    if wanted.tags.text:
        around = " and around" if wanted.tags.parents else ""
        words.append(f"of {wanted.tags.text}{around}")
    if wanted.text:
        words.append(f"with “{wanted.text}”")
    if wanted.changed:
        words.append(f"changing {wanted.changed}")
    if wanted.uses:
        words.append(f"using the file {args['uf'][:10]}")
    words += [text for flag, text in _FLAGS.items() if flag in wanted.flags]
    words += [text.format(args[key]) for key, text in _TIMES if args.get(key)]
    return " ".join(words)


def _way(args: MultiDict[str, str]) -> str:
    ends = ("from", "to"), ("me", "you")
    key = next((one for one, other in ends if args.get(one) and args.get(other)), "")
    key = key or next(key for key in _WALKS if args.get(key))
    there = args.get("to" if key == "from" else "you", "")
    back = f" back to {args['bt']}" if args.get("bt") and "p" in key else ""
    return _WALKS[key].format(args[key], there) + back
