"""The conditions on the events of a timeline, in SQL; only those that are needed."""

import json
from collections.abc import Iterable

from repoweb.repository.globs import split_globs
from repoweb.timeline.filters import Filter
from repoweb.timeline.ways import Walk

_HIDDEN, _BRANCH = 5, 8  # tagids

_MATCHED = {
    "exact": "tagname=pattern.value",
    "brlist": "tagname=pattern.value",
    "glob": "tagname GLOB pattern.value",
    "like": "tagname LIKE pattern.value",
    "regexp": "tagname=pattern.value",
}
_EXTRA = "SELECT value FROM json_each(:extra)"
_MERGED = "SELECT pid FROM plink WHERE cid IN ({of}) AND NOT isprim"
_PARENTS = "SELECT pid FROM plink WHERE cid IN ({of})"
_CHILDREN = "SELECT cid FROM plink WHERE pid IN ({of})"
_SOURCES = "SELECT parentid FROM cherrypick WHERE childid IN ({of})"
_COPIES = "SELECT childid FROM cherrypick WHERE parentid IN ({of})"
_CHANGED = (
    "SELECT mid FROM mlink JOIN filename USING(fnid)"
    " JOIN json_each(:globs) AS glob ON filename.name GLOB glob.value"
)
_USES = (
    "WITH RECURSIVE uses(rid) AS (SELECT mid FROM mlink WHERE fid=:uses UNION"
    " SELECT cid FROM uses JOIN plink ON pid=uses.rid WHERE isprim"
    " AND cid NOT IN (SELECT mid FROM mlink WHERE pid=:uses))"
    " SELECT rid FROM uses"
)
_ON_ONE_BRANCH = (
    f"(SELECT value FROM tagxref WHERE tagid={_BRANCH} AND rid=cid)"
    f"=(SELECT value FROM tagxref WHERE tagid={_BRANCH} AND rid=pid)"
)
_FORKS = (
    "WITH link(pid, cid) AS (SELECT pid, cid FROM plink"
    f" WHERE {_ON_ONE_BRANCH}),"
    " fork(rid) AS (SELECT pid FROM link GROUP BY pid HAVING count(*)>1 UNION"
    " SELECT cid FROM link GROUP BY cid HAVING count(*)>1)"
    " SELECT rid FROM fork UNION SELECT cid FROM link WHERE pid IN fork"
    " UNION SELECT pid FROM link WHERE cid IN fork"
)
_PICKS = "SELECT childid FROM cherrypick UNION SELECT parentid FROM cherrypick"


def conditions(wanted: Filter) -> list[str]:
    """List the conditions; `values` has what they are about."""
    if wanted.walk:
        return _along(wanted.walk, wanted)
    flags = wanted.flags
    all_of = [
        (True, f"({_kinds(wanted)})"),
        (bool(wanted.user), "(user=:user OR euser=:user)"),
        (bool(wanted.tags.text), f"objid IN ({_tagged(wanted)})"),
        (
            bool(wanted.text),
            "(coalesce(ecomment, comment) LIKE :text ESCAPE '\\'"
            " OR coalesce(euser, user) LIKE :text ESCAPE '\\'"
            " OR brief LIKE :text ESCAPE '\\')",
        ),
        (bool(wanted.uses), f"objid IN ({_USES})"),
        (bool(wanted.bisect), "objid IN (SELECT value FROM json_each(:bisect))"),
        (
            bool(wanted.topic),
            "tagid IN (SELECT tagid FROM tag WHERE tagname GLOB :topic)",
        ),
        ("namechng" in flags, "objid IN (SELECT mid FROM mlink WHERE pfnid>0)"),
        ("forks" in flags, f"objid IN ({_FORKS})"),
        ("cherrypicks" in flags, f"objid IN ({_PICKS})"),
        (wanted.after is not None, "mtime>=:after"),
        (wanted.before is not None, "mtime<=:before"),
    ]
    return [*_visible(wanted), *(text for needed, text in all_of if needed)]


def _along(walk: Walk, wanted: Filter) -> list[str]:
    """List the conditions on check-ins along a way, and on what is next to it."""
    found = ["SELECT value FROM json_each(:along)"]
    if walk.is_between:
        found += _related(wanted, found[0], _MERGED)
    found.append(_EXTRA)
    return ["type='ci'", f"objid IN ({' UNION '.join(found)})", *_visible(wanted)]


def _visible(wanted: Filter) -> list[str]:
    all_of = [
        (True, "objid NOT IN (SELECT rid FROM private)"),
        (
            not ({"unhide", "forks"} & wanted.flags or wanted.bisect),
            "objid NOT IN"
            f" (SELECT rid FROM tagxref WHERE tagid={_HIDDEN} AND tagtype>0)",
        ),
        (bool(wanted.changed), f"objid IN ({_CHANGED})"),
    ]
    return [text for needed, text in all_of if needed]


def _kinds(wanted: Filter) -> str:
    if wanted.kinds == ("n",):
        return "type='t' AND comment GLOB 'New ticket*'"
    if wanted.kinds == ("h",):
        return "type='f' AND comment GLOB 'Post:*'"
    return "type IN (SELECT value FROM json_each(:kinds))"


def _tagged(wanted: Filter) -> str:
    tagged = (
        "SELECT rid FROM tag JOIN tagxref USING(tagid) JOIN json_each(:tags)"
        f" AS pattern ON {_MATCHED[wanted.tags.style]} WHERE tagtype>0 UNION {_EXTRA}"
    )
    return " UNION ".join([tagged, *_related(wanted, tagged, _PARENTS)])


def _related(wanted: Filter, of: str, parents: str) -> list[str]:
    """Write the queries for what is before and behind check-ins, if that is wanted."""
    tags, picks = wanted.tags, "ncp" not in wanted.flags
    found = [
        (tags.parents, parents),
        (tags.parents and picks, _SOURCES),
        (tags.children, _CHILDREN),
        (tags.children and picks, _COPIES),
    ]
    return [query.format(of=of) for needed, query in found if needed]


def values(wanted: Filter, along: Iterable[int]) -> dict[str, object]:
    """Name what the conditions are about.

    Args:
        wanted: the filter.
        along: the check-ins of its walk.
    """
    return {
        "along": json.dumps(sorted(set(along))),
        "kinds": json.dumps(wanted.kinds),
        "user": wanted.user,
        "tags": json.dumps(wanted.tags.patterns),
        "text": f"%{_escaped(wanted.text)}%",
        "globs": json.dumps(split_globs(wanted.changed)),
        "uses": wanted.uses,
        "extra": json.dumps(wanted.extra),
        "bisect": json.dumps(list(wanted.bisect)),
        "topic": wanted.topic,
        "after": wanted.after,
        "before": wanted.before,
    }


def _escaped(text: str) -> str:
    """Take `%` and `_` of a pattern for what they are."""
    for special in "\\%_":
        text = text.replace(special, "\\" + special)
    return text
