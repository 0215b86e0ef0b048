"""Lists of globs, as Fossil's settings and pages have them."""

import re


def escape_glob(name: str) -> str:
    """Write the glob that matches a name alone."""
    return re.sub(r"[*?\[]", r"[\g<0>]", name)


def split_globs(globs: str) -> list[str]:
    """Split a list of globs; one in quotes may have commas and blanks."""
    found = re.findall(r"\"([^\"]*)\"|'([^']*)'|([^\s,]+)", globs[:2000])
    return [first or second or third for first, second, third in found]
