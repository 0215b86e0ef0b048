"""Lists of globs, as Fossil's settings and pages have them."""

import re
from fnmatch import fnmatchcase


def escape_glob(name: str) -> str:
    """Write the glob that matches a name alone."""
    return re.sub(r"[*?\[]", r"[\g<0>]", name)


def matches(name: str, globs: str) -> bool:
    """Whether a name matches one of Fossil's globs, divided by commas or blanks."""
    return any(
        fnmatchcase(name, glob.replace("[^", "[!")) for glob in split_globs(globs)
    )


def split_globs(globs: str) -> list[str]:
    """Split a list of globs; one in quotes may have commas and blanks."""
    found = re.findall(r"\"([^\"]*)\"|'([^']*)'|([^\s,]+)", globs[:2000])
    return [first or second or third for first, second, third in found]
