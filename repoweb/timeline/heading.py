"""What a timeline shows, in words."""

from werkzeug.datastructures import MultiDict

from repoweb.repository.kinds import KINDS
from repoweb.timeline.filters import Filter
from repoweb.timeline.ways import Walk

_WALKS = {
    "p": "Ancestors of {}",
    "d": "Descendants of {}",
    "dp": "Ancestors and descendants of {}",
    "f": "Parents and children of {}",
    "pd": "What descends from {} and leads to {}",
    "from": "From {} to {}",
    "ft": "From {} forward to {}",
    "bt": "From {} back to {}",
    "me": "From {} to {} by their ancestor",
}
_BEGINNINGS = {"n": "New tickets", "h": "New threads"}
_STYLES = {
    "exact": "",
    "brlist": "",
    "glob": "what is like ",
    "like": "what is like ",
    "regexp": "what matches ",
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
        return _way(wanted.walk, args)
    words = ["Timeline" if not args.get("y") else _kind(args["y"])]
    if wanted.user:
        words.append(f"by {wanted.user}")
    if wanted.tags.text:
        around = " and around" if wanted.tags.parents else ""
        words.append(f"of {_STYLES[wanted.tags.style]}{wanted.tags.text}{around}")
    if wanted.text:
        words.append(f"with “{wanted.text}”")
    if wanted.changed:
        words.append(f"changing {wanted.changed}")
    if wanted.uses:
        words.append(f"using the file {args['uf'][:10]}")
    if wanted.bisect:
        words.append("of a bisect")
    words += [f"about {args[key]:.40}" for key in ("tkt", "wiki") if args.get(key)]
    words += [text for flag, text in _FLAGS.items() if flag in wanted.flags]
    words += [text.format(args[key]) for key, text in _TIMES if args.get(key)]
    return " ".join(words)


def _kind(asked: str) -> str:
    named = KINDS.get(asked)
    return _BEGINNINGS.get(asked) or (f"{named} events" if named else "Timeline")


def _way(walk: Walk, args: MultiDict[str, str]) -> str:
    """Name the ends as the visitor named them."""
    if walk.kind == "pd":
        return _WALKS["pd"].format(_named(args, "d"), _named(args, "p"))
    one, other = {"from": ("from", "to"), "me": ("me", "you")}.get(walk.kind, ("", ""))
    if walk.is_between:
        one, other = one or "from", other or walk.kind
        return _WALKS[walk.kind].format(_named(args, one), _named(args, other))
    key = next(key for key in ("p", "d", "dp", "df", "f") if _named(args, key))
    start = _WALKS[walk.kind].format(_named(args, key))
    bounds = [(walk.back, "back", "bt"), (walk.forth, "up", "ft")]
    return start + "".join(f" {way} to {args[p]}" for end, way, p in bounds if end)


def _named(args: MultiDict[str, str], key: str) -> str:
    return args.get(key) or args.get(f"{key}2", "")
