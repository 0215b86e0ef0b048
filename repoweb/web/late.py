"""What pages load when they need it, all at once: a server loads it at its start."""

import nh3
import pygments.token
import rcssmin
import rjsmin
from linkify_it import LinkifyIt

from repoweb.repository import manifests
from repoweb.web.markup import code

LATE = (nh3, pygments.token, rcssmin, rjsmin, LinkifyIt, manifests, code)
"""Markdown is missing: `warmup` loads it, while the server serves already."""
