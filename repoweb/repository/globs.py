"""Lists of globs, as Fossil's settings and pages have them."""

import re


def split_globs(globs: str) -> list[str]:
    """Split a list of globs; one in quotes may have commas and blanks."""
    found = re.findall(r"\"([^\"]*)\"|'([^']*)'|([^\s,]+)", globs[:2000])
    return [first or second or third for first, second, third in found]
