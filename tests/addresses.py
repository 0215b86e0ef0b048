"""An address for each page of the repository, with what it is about left open.

`ci` is a check-in, `other` another one, `file` the name of a file in it, `hash` that
of its content, `other_hash` another content.
"""

from urllib.parse import quote

PAGES = {
    "/timeline": "/timeline?v&c={ci}",
    "/timeline, with a file": "/timeline?uf={hash}",
    "/timeline, first use": "/timeline?cf={hash}&n=5",
    "/timeline, a way": "/timeline?from={other}&to={ci}&rel&shortest",
    "/timeline, by the ancestor": "/timeline?me={ci}&you={other}",
    "/timeline, ancestors": "/timeline?p={ci}&n=3",
    "/timeline, a branch": "/timeline?r=trunk&n=3",
    "/timeline, flags": "/timeline?forks&namechng&cherrypicks&unhide",
    "/timeline, files": "/timeline?chng={file}&n=3",
    "/timeline.rss": "/timeline.rss",
    "/timeline.atom": "/timeline.atom",
    "/brlist": "/brlist",
    "/brtimeline": "/brtimeline",
    "/taglist": "/taglist",
    "/tagtimeline": "/tagtimeline",
    "/leaves": "/leaves",
    "/reports": "/reports",
    "/info/<path:name>": "/info/{ci}?diff=2",
    "/ci/<path:name>": "/ci/{ci}",
    "/vinfo/<path:name>": "/vinfo/{ci}?w=1",
    "/ci_tags/<path:name>": "/ci_tags/{ci}",
    "/vdiff": "/vdiff?from={other}&to={ci}",
    "/vpatch": "/vpatch?from={other}&to={ci}",
    "/fdiff": "/fdiff?v1={other_hash}&v2={hash}",
    "/jchunk": "/jchunk?name={hash}&from=1&to=5",
    "/jchunk/<path:name>": "/jchunk/{hash}?from=1&to=5",
    "/annotate": "/annotate?filename={file}&checkin={ci}",
    "/annotate/<path:path>": "/annotate/{path}?checkin={other}&origin={ci}",
    "/blame": "/blame?filename={file}&checkin={ci}",
    "/blame/<path:path>": "/blame/{path}?checkin={ci}",
    "/praise": "/praise?filename={file}&checkin={ci}",
    "/praise/<path:path>": "/praise/{path}?checkin={ci}&w=1",
    "/artifact": "/artifact?name={hash}",
    "/artifact/<path:name>": "/artifact/{ci}",
    "/attachdownload": "/attachdownload?page=Page&file={file}",
    "/attachimage": "/attachimage?page=Page&file={file}",
    "/attachview": "/attachview?page=Page&file={file}",
    "/dir": "/dir?ci={ci}",
    "/dir/<path:path>": "/dir/{path}?ci={ci}",
    "/doc": "/doc?name={ci}/{path}",
    "/doc/<path:name>": "/doc/{ci}/{path}",
    "/file": "/file?name={file}&ci={ci}",
    "/file/<path:path>": "/file/{path}?ci={ci}&ln=1-2",
    "/fileage": "/fileage?name={ci}",
    "/fileage/<path:name>": "/fileage/{ci}",
    "/finfo": "/finfo?name={file}",
    "/finfo/<path:path>": "/finfo/{path}?ci={ci}",
    "/hexdump": "/hexdump?name={hash}",
    "/hexdump/<path:name>": "/hexdump/{hash}",
    "/juvlist": "/juvlist",
    "/raw": "/raw?filename={file}&ci={ci}",
    "/raw/<path:name>": "/raw/{hash}",
    "/secureraw": "/secureraw?name={hash}",
    "/secureraw/<path:name>": "/secureraw/{hash}",
    "/sqlar": "/sqlar?r={ci}&name=x.sqlar&in={file}",
    "/sqlar/<path:name>": "/sqlar/{ci}/x.sqlar?in={file}",
    "/tarball": "/tarball?r={ci}&name=x.tar.gz&in={file}",
    "/tarball/<path:name>": "/tarball/{ci}/x.tar.gz?in={file}",
    "/tree": "/tree?ci={ci}&flat",
    "/tree/<path:path>": "/tree/{path}?ci={ci}",
    "/uv": "/uv?name={file}",
    "/uv/<path:name>": "/uv/{path}",
    "/uvlist": "/uvlist",
    "/zip": "/zip?r={ci}&name=x.zip&in={file}",
    "/zip/<path:name>": "/zip/{ci}/x.zip?in={file}",
    "/home": "/home",
    "/stat": "/stat",
    "/sitemap": "/sitemap",
    "/search": "/search?s=change",
    "/help": "/help",
    "/help/<path:name>": "/help/timeline",
    "/whistory": "/whistory?name=Page",
    "/wiki/<path:name>": "/wiki/Page",
    "/wcontent": "/wcontent",
}
FAMILIES = ("timeline", "info", "files")
"""The blueprints of which every page is here."""


def fill(address, about):
    """Put what a page is about into its address."""
    name = about["file"]
    return address.format(**about | {"file": quote(name, safe=""), "path": quote(name)})
