"""Every route: who may use it, that it proves its origin, that it is safe.

A new route has no row in the table, and the test that says so is red.
"""

import shutil

import pytest
from browser import Client
from pages import parse

from repoweb.app import create_app
from repoweb.chat.blueprint import chat_of
from repoweb.chat.rooms import registry
from repoweb.chat.rooms.room import Rules
from repoweb.repository.repository import Repository

ALL = "nobody carol alice dora drh"
LOGGED_IN = "carol alice dora drh"
CHATTERS = "alice dora drh"
FORUM = "alice dora drh"
ADMINS = "dora drh"
SETUP = "drh"

TABLE = {
    "GET /": ALL,
    "GET /index": ALL,
    "GET /home": ALL,
    "GET /sitemap": ALL,
    "GET /robots.txt": ALL,
    "GET /health": ALL,
    "GET /health/probe": "",  # for who has a token of `repoweb doctor`
    "GET /health/hang": "",
    "GET /stat": ALL,  # for nobody has o
    "GET /info": ALL,
    "GET /info/<path:name>": ALL,
    "GET /ainfo": ALL,
    "GET /ainfo/<path:name>": ALL,
    "GET /timeline": ALL,
    "GET /timeline.rss": ALL,
    "GET /timeline.atom": ALL,
    "GET /brlist": ALL,
    "GET /taglist": ALL,
    "GET /leaves": ALL,
    "GET /brtimeline": ALL,
    "GET /tagtimeline": ALL,
    "GET /reports": ALL,
    "GET /timewarps": ALL,
    "GET /thisdayinhistory": ALL,
    "GET /ci": ALL,
    "GET /ci/<path:name>": ALL,
    "GET /vinfo": ALL,
    "GET /vinfo/<path:name>": ALL,
    "GET /ci_tags": ALL,
    "GET /ci_tags/<path:name>": ALL,
    "GET /vdiff": ALL,
    "GET /vpatch": ALL,
    "GET /fdiff": ALL,
    "GET /jchunk": ALL,
    "GET /jchunk/<path:name>": ALL,
    "GET /dir": ALL,
    "GET /dir/<path:path>": ALL,
    "GET /tree": ALL,
    "GET /tree/<path:path>": ALL,
    "GET /fileage": ALL,
    "GET /fileage/<path:name>": ALL,
    "GET /file": ALL,
    "GET /file/<path:path>": ALL,
    "GET /raw": ALL,
    "GET /raw/<path:name>": ALL,
    "GET /secureraw": ALL,
    "GET /secureraw/<path:name>": ALL,
    "GET /hexdump": ALL,
    "GET /hexdump/<path:name>": ALL,
    "GET /finfo": ALL,
    "GET /finfo/<path:path>": ALL,
    "GET /annotate": ALL,
    "GET /annotate/<path:path>": ALL,
    "GET /blame": ALL,
    "GET /blame/<path:path>": ALL,
    "GET /praise": ALL,
    "GET /praise/<path:path>": ALL,
    "GET /doc": ALL,
    "GET /doc/<path:name>": ALL,
    "GET /uv": ALL,
    "GET /uv/<path:name>": ALL,
    "GET /uvlist": ALL,
    "GET /juvlist": ALL,
    "GET /zip": ALL,
    "GET /zip/<path:name>": ALL,
    "GET /tarball": ALL,
    "GET /tarball/<path:name>": ALL,
    "GET /sqlar": ALL,
    "GET /sqlar/<path:name>": ALL,
    "GET /download": ALL,
    "GET /whatis": ALL,
    "GET /whatis/<path:name>": ALL,
    "GET /wikisrch": ALL,
    "GET /docsrch": ALL,
    "GET /attachview": ALL,
    "GET /attachdownload": ALL,
    "GET /attachimage": ALL,
    "GET /search": ALL,
    "GET /Admin/Search": ADMINS,
    "POST /Admin/Search": ADMINS,
    "GET /srchsetup": ADMINS,
    "POST /srchsetup": ADMINS,
    "GET /help": ALL,
    "GET /help/<path:name>": ALL,
    "GET /artifact": ALL,
    "GET /artifact/<path:name>": ALL,
    "GET /static/<version>/<path:name>": ALL,
    "POST /theme": ALL,
    "GET /login": ALL,
    "POST /login": ALL,
    "GET /logout": ALL,
    "POST /logout": ALL,
    "GET /my": LOGGED_IN,
    "POST /my": CHATTERS,  # those who have p
    "GET /forum": FORUM,
    "GET /forummain": FORUM,
    "GET /forum.atom": FORUM,
    "GET /forumthread": FORUM,
    "GET /forumthread/<name>": FORUM,
    "GET /forumpost": FORUM,
    "GET /forumpost/<name>": FORUM,
    "GET /forumhistory": FORUM,
    "GET /forumhistory/<name>": FORUM,
    "GET /forumnew": FORUM,
    "POST /forumnew": FORUM,
    "POST /forume1": FORUM,
    "GET /forumedit": FORUM,
    "POST /forumedit": FORUM,
    "POST /forume2": FORUM,
    "POST /forumpost_close": FORUM,
    "POST /forumpost_reopen": FORUM,
    "POST /forum_read": FORUM,
    "GET /wiki": ALL,
    "GET /wiki/<path:name>": ALL,
    "GET /wcontent": ALL,
    "GET /whistory": ALL,
    "GET /wdiff": ALL,
    "GET /winfo": ALL,
    "GET /winfo/<name>": ALL,
    "GET /event": ALL,
    "GET /event/<name>": ALL,
    "GET /wikinew": ADMINS,
    "GET /wikiedit": ADMINS,
    "POST /wikiedit": ADMINS,
    "GET /wikiappend": ADMINS,
    "POST /wikiappend": ADMINS,
    "GET /attachadd": ADMINS,
    "POST /attachadd": ADMINS,
    "GET /attachlist": ALL,
    "GET /technote": ALL,
    "GET /technote/<name>": ALL,
    "GET /technoteedit": ADMINS,
    "POST /technoteedit": ADMINS,
    "GET /ci_edit": CHATTERS,  # those who have i
    "POST /ci_edit": CHATTERS,
    "GET /ticket": ALL,
    "GET /reportlist": ALL,
    "GET /tktsrch": ALL,
    "GET /tktview": ALL,
    "GET /tktview/<name>": ALL,
    "GET /tkthistory": ALL,
    "GET /tkthistory/<name>": ALL,
    "GET /tkttimeline": ALL,
    "GET /tkttimeline/<name>": ALL,
    "GET /tinfo": ALL,
    "GET /tinfo/<name>": ALL,
    "GET /wikirename": ADMINS,
    "POST /wikirename": ADMINS,
    "GET /tktnew": ADMINS,
    "POST /tktnew": ADMINS,
    "GET /tktedit": ADMINS,
    "GET /tktedit/<name>": ADMINS,
    "POST /tktedit": ADMINS,
    "POST /tktedit/<name>": ADMINS,
    "GET /rptview": ALL,
    "GET /rptview/<rn>": ALL,
    "GET /rptsql": ADMINS,
    "GET /rptsql/<rn>": ADMINS,
    "GET /rptnew": ADMINS,
    "POST /rptnew": ADMINS,
    "GET /rptedit": ADMINS,
    "GET /rptedit/<rn>": ADMINS,
    "POST /rptedit": ADMINS,
    "POST /rptedit/<rn>": ADMINS,
    "GET /modreq": FORUM,
    "POST /modreq": FORUM,
    "POST /preview": ALL,
    "GET /markup_help": ALL,
    "GET /md_rules": ALL,
    "GET /wiki_rules": ALL,
    "GET /chat-keep": CHATTERS,
    "POST /chat-keep": CHATTERS,
    "GET /chat": CHATTERS,
    "GET /chat-poll": CHATTERS,
    "GET /chat-poll/<name>": CHATTERS,
    "GET /chat-stream": CHATTERS,
    "GET /chat-stream/<name>": CHATTERS,
    "GET /chat-query": CHATTERS,
    "GET /chat-fetch-one": CHATTERS,
    "GET /chat-fetch-one/<name>": CHATTERS,
    "GET /chat-download": CHATTERS,
    "GET /chat-download/<path:name>": CHATTERS,
    "POST /chat-send": CHATTERS,
    "GET /chat-delete": ADMINS,  # and the poster, who is bob
    "POST /chat-delete": ADMINS,
    "GET /chat-delete/<name>": ADMINS,
    "POST /chat-delete/<name>": ADMINS,
    "GET /chat-backup": SETUP,
    "GET /chat-subscribe-auth": CHATTERS,
    "GET /chatrooms": ALL,
    "GET /chat_create": "",  # unless an administrator allows it
    "GET /chat/<room>": ALL,
    "GET /chat/<room>/": ALL,
    "GET /chat/<room>/chat-poll": ALL,
    "GET /chat/<room>/chat-poll/<name>": ALL,
    "GET /chat/<room>/chat-query": ALL,
    "GET /chat/<room>/chat-fetch-one/<name>": ALL,
    "POST /chat/<room>/chat-send": ALL,
    "POST /chat/<room>/chat-delete": ADMINS,  # and the poster, who is bob
    "POST /chat/<room>/chat-delete/<name>": ADMINS,
    "GET /chat/<room>/a": ALL,
    "GET /chat/<room>/a/<path:name>": ALL,
    "GET /chat/<room>/search": ALL,
    "GET /chat/<room>/b": ALL,
    "GET /chat/<room>/b.svg": ALL,
    "GET /chat/<room>/icon.svg": ALL,
    "GET /chat/<room>/var/<name>": ALL,
    "POST /chat/<room>/apilogin": ALL,
    "GET /chat/<room>/comet": ALL,
    "POST /chat/<room>/post": ALL,
    "GET /msg/<room>/<number>": ALL,
    "POST /send/<room>": ALL,
    "GET /Admin/Chat/Rooms": SETUP,
    "POST /Admin/Chat/Rooms": SETUP,
    "GET /Admin/Chat/Rooms/edit": SETUP,
    "POST /Admin/Chat/Rooms/edit": SETUP,
    "GET /Admin": ADMINS,
    "GET /setup": ADMINS,
    "GET /Admin/Users": ADMINS,
    "GET /setup_ulist": ADMINS,
    "GET /Admin/Users/edit": ADMINS,
    "POST /Admin/Users/edit": ADMINS,
    "GET /setup_uedit": ADMINS,
    "POST /setup_uedit": ADMINS,
    "GET /Admin/Access": SETUP,
    "POST /Admin/Access": SETUP,
    "GET /setup_access": SETUP,
    "POST /setup_access": SETUP,
    "GET /Admin/Configuration": SETUP,
    "POST /Admin/Configuration": SETUP,
    "GET /setup_config": SETUP,
    "POST /setup_config": SETUP,
    "GET /Admin/Chat": SETUP,
    "POST /Admin/Chat": SETUP,
    "GET /Admin/Chat/effect": SETUP,
    "GET /setup_chat": SETUP,
    "POST /setup_chat": SETUP,
}
"""Which of the five visitors may use a route."""

EXAMPLES = {
    "/info": "/info?name=trunk",
    "/info/<path:name>": "/info/trunk",
    "/ainfo": "/ainfo?name=trunk",
    "/ainfo/<path:name>": "/ainfo/trunk",
    "/ci": "/ci?name=trunk",
    "/ci/<path:name>": "/ci/trunk",
    "/vinfo": "/vinfo?name=trunk",
    "/vinfo/<path:name>": "/vinfo/trunk",
    "/ci_tags": "/ci_tags?name=trunk",
    "/ci_tags/<path:name>": "/ci_tags/trunk",
    "/vdiff": "/vdiff?from=trunk&to=tip",
    "/vpatch": "/vpatch?from=trunk&to=tip",
    "/fdiff": "/fdiff?v1=tip&v2=trunk",
    "/dir/<path:path>": "/dir/x?ci=tip",
    "/tree/<path:path>": "/tree/x",
    "/fileage/<path:name>": "/fileage/trunk",
    "/raw/<path:name>": "/raw/trunk",
    "/hexdump/<path:name>": "/hexdump/trunk",
    "/artifact/<path:name>": "/artifact/trunk",
    "/whatis/<path:name>": "/whatis/trunk",
    "/zip/<path:name>": "/zip/trunk/x.zip",
    "/tarball/<path:name>": "/tarball/trunk/x.tar.gz",
    "/sqlar/<path:name>": "/sqlar/trunk/x.sqlar",
    "/help/<path:name>": "/help/timeline",
    "/static/<version>/<path:name>": "/static/x/web/site.css",
    "/Admin/Chat/effect": "/Admin/Chat/effect?chat-keep-count=1&chat-keep-days=1",
    "/rptview/<rn>": "/rptview/1",
    "/rptsql/<rn>": "/rptsql/1",
    "/rptedit/<rn>": "/rptedit/1",
    "/ci_edit": "/ci_edit?r=tip",
    "/wikiedit": "/wikiedit?name=Page",
    "/chat-poll": "/chat-poll?wait=0",
    "/chat-poll/<name>": "/chat-poll/0?wait=0",
    "/chat-stream": "/chat-stream?wait=0",
    "/chat-stream/<name>": "/chat-stream/0?wait=0",
    "/chat-fetch-one": "/chat-fetch-one?name=1",
    "/chat-fetch-one/<name>": "/chat-fetch-one/1",
    "/chat-download": "/chat-download?name=2",
    "/chat-download/<path:name>": "/chat-download/2/a.txt",
    "/chat-delete": "/chat-delete?name=1",
    "/chat-delete/<name>": "/chat-delete/1",
    "/chat/<room>": "/chat/lobby",
    "/chat/<room>/": "/chat/lobby/",
    "/chat/<room>/chat-poll": "/chat/lobby/chat-poll?wait=0",
    "/chat/<room>/chat-poll/<name>": "/chat/lobby/chat-poll/0?wait=0",
    "/chat/<room>/chat-query": "/chat/lobby/chat-query?q=hello",
    "/chat/<room>/chat-fetch-one/<name>": "/chat/lobby/chat-fetch-one/1",
    "/chat/<room>/chat-send": "/chat/lobby/chat-send",
    "/chat/<room>/chat-delete": "/chat/lobby/chat-delete?name=1",
    "/chat/<room>/chat-delete/<name>": "/chat/lobby/chat-delete/1",
    "/chat/<room>/a": "/chat/lobby/a",
    "/chat/<room>/a/<path:name>": "/chat/lobby/a/2024/02/29",
    "/chat/<room>/search": "/chat/lobby/search?q=hello",
    "/chat/<room>/b": "/chat/lobby/b",
    "/chat/<room>/b.svg": "/chat/lobby/b.svg",
    "/chat/<room>/icon.svg": "/chat/lobby/icon.svg",
    "/chat/<room>/var/<name>": "/chat/lobby/var/index.rdf",
    "/chat/<room>/apilogin": "/chat/lobby/apilogin?who=test",
    "/chat/<room>/comet": "/chat/lobby/comet?p=0",
    "/chat/<room>/post": "/chat/lobby/post",
    "/msg/<room>/<number>": "/msg/lobby/1",
    "/send/<room>": "/send/lobby",
}
"""An address for each rule that has parameters."""

OF_ROOMS = [row for row in TABLE if "<room>" in row and TABLE[row] == ALL]
EVERYBODY = ALL.split()
CHANGES = [row for row in TABLE if row.startswith("POST ") or "/chat-delete" in row]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self';"
    " img-src 'self' data: blob:; font-src 'self'; connect-src 'self';"
    " media-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self';"
    " base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
UPLOADED = (
    *("GET /chat-download", "GET /raw"),
    *("GET /zip", "GET /tarball", "GET /sqlar"),
)
"""Routes that send what users made."""
SAFE_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
}
SHARED = {
    *("GET /chat/<room>/b", "GET /chat/<room>/b.svg", "GET /chat/<room>/icon.svg"),
    "GET /chat/<room>/var/<name>",
}
"""What pages of other sites may show."""

ERRORS = [
    *("GET /nix", "POST /nix", "GET /info/nix", "PUT /home"),
    *("GET /static/x/nix.css", "GET /chat-download/99/nix"),
]
ANSWERS = [(row, login) for row in [*TABLE, *ERRORS] for login in ("nobody", "drh")]


class Site:
    """A site where bob has said something and shown a file, and its visitors."""

    def __init__(self, path):
        self.repository = Repository(path)
        self.app = create_app(self.repository)
        self.app.test_client_class = Client
        bob = self.client_of("bob")
        bob.post("/chat-send", data={"msg": "hello"})
        bob.post("/chat-send", data={"file": (__file__, "a.txt")})
        with self.repository.writing() as db:
            registry.create(db, Rules("lobby", "The Lobby", per_minute=1000), "drh")
        bob.post("/chat/lobby/chat-send", data={"msg": "hello"})

    def client_of(self, login):
        client = self.app.test_client()
        return client if login == "nobody" else client.login(login)

    def close(self):
        chat_of(self.app).hub.close()
        self.repository.close()


@pytest.fixture
def site(path):
    site = Site(path)
    yield site
    site.close()


@pytest.fixture
def visit(site):
    """Use a route as one of the five visitors, who has logged in for that."""

    def use(row, login, **options):
        return ask(site.client_of(login), row, **options)

    return use


def ask(client, row, **options):
    method, rule = row.split(" ", 1)
    headers = {"Origin": "http://localhost", **options.pop("headers", {})}
    url = EXAMPLES.get(rule, rule)
    return client.open(url, method=method, headers=headers, buffered=True, **options)


@pytest.fixture(scope="module")
def answers(template, tmp_path_factory):
    """What nobody and drh get from every route: a dictionary by row and login."""
    site = Site(shutil.copy(template, tmp_path_factory.mktemp("routes")))
    found = {
        (row, login): ask(site.client_of(login), row)
        for row in [*TABLE, *ERRORS]
        for login in ("nobody", "drh")
    }
    yield found
    site.close()


def is_refused(answer):
    """Whether it is one of the ways in which a request is refused."""
    assert answer.status_code < 500
    if answer.status_code in {401, 403}:
        return not answer.text.startswith("<") or "<h1>Login</h1>" not in answer.text
    if answer.status_code == 302:
        return answer.location.startswith("/login?g=")
    return answer.is_json and '"isError": true' in answer.text[:30]


class TestTheTable:
    def test_it_has_a_row_for_every_route_and_no_other(self, site):
        routes = {
            f"{method} {rule.rule}"
            for rule in site.app.url_map.iter_rules()
            for method in rule.methods - {"HEAD", "OPTIONS"}
        }

        assert set(TABLE) == routes

    @pytest.mark.parametrize("row", TABLE)
    def test_those_who_may_are_let_in_and_no_others(self, visit, row):
        let_in = [who for who in EVERYBODY if not is_refused(visit(row, who))]

        assert let_in == TABLE[row].split()

    def test_where_nobody_has_letters_little_is_open(self, visit, sql):
        sql("UPDATE user SET cap='' WHERE login IN ('nobody', 'anonymous')")

        let_in = [row for row in TABLE if not is_refused(visit(row, "nobody"))]

        assert set(let_in) == {
            *("GET /", "GET /index", "GET /home", "GET /sitemap", "GET /robots.txt"),
            *("GET /help", "GET /help/<path:name>"),
            *("GET /login", "POST /login", "GET /logout", "POST /logout"),
            *("POST /theme", "GET /static/<version>/<path:name>", "GET /health"),
            *("POST /preview", "GET /markup_help", "GET /md_rules", "GET /wiki_rules"),
            "GET /chatrooms",
            *OF_ROOMS,  # whoever has the link
        }

    @pytest.mark.parametrize("login", ["nobody", "drh"])
    def test_a_head_tells_no_more_than_a_get(self, site, login):
        client = site.client_of(login)
        rows = [r for r in TABLE if r.startswith("GET ") and r not in CHANGES]

        for row in rows:
            got, head = ask(client, row), ask(client, row.replace("GET", "HEAD"))
            assert (row, head.status_code) == (row, got.status_code)
            assert head.data == b""

    @pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "NONSENSE"])
    def test_other_methods_are_not_allowed(self, site, method):
        client = site.client_of("drh")

        for row in TABLE:
            _, rule = row.split(" ", 1)
            assert ask(client, f"{method} {rule}").status_code == 405


class TestProofOfOrigin:
    @pytest.fixture
    def state(self, rows):
        """All that a change would change."""

        def read():
            columns = "login, pw, cap, cookie, info"  # a login moves cexpire
            return [
                rows(f"SELECT {columns} FROM user ORDER BY 1"),
                rows("SELECT * FROM config ORDER BY 1"),
                rows("SELECT * FROM chat ORDER BY 1"),
            ]

        return read

    @pytest.mark.parametrize(
        "headers",
        [
            pytest.param({"Origin": ""}, id="none"),
            pytest.param({"Origin": "http://evil.org"}, id="foreign"),
            pytest.param(
                {"Origin": "", "Referer": "http://evil.org/localhost"}, id="referer"
            ),
            pytest.param({"Sec-Fetch-Site": "cross-site"}, id="cross-site"),
        ],
    )
    @pytest.mark.parametrize("row", CHANGES)
    def test_without_it_nothing_is_changed(self, visit, state, row, headers):
        headers = {"Origin": "", **headers}
        form = {"u": "alice", "p": "pw-alice", "msg": "x", "csrf": "X4NxUm8fHjwVYdN"}
        data = None if row.startswith("GET") else form
        visit("GET /home", "drh")
        before = state()

        answer = visit(row, "drh", data=data, headers=headers)

        assert is_refused(answer)
        assert "Set-Cookie" not in answer.headers
        assert state() == before

    def test_every_form_that_changes_something_has_a_token(self, answers):
        for answer in answers.values():
            if is_page(answer):
                page = parse(answer.text)
                tokens = [e for e in page.all("input") if e.get("name") == "csrf"]
                forms = [e for e in page.all("form") if e.get("method") == "post"]
                assert len(tokens) == len(forms)


class TestEveryAnswer:
    @pytest.mark.parametrize(("row", "login"), ANSWERS)
    def test_it_has_the_headers_that_keep_it_safe(self, answers, row, login):
        answer = answers[row, login]

        safe = {name: answer.headers.get(name) for name in SAFE_HEADERS}
        uploaded = row.startswith(UPLOADED) and answer.status_code == 200
        policy = SANDBOX if uploaded else CONTENT_SECURITY_POLICY
        expected = {**SAFE_HEADERS, "Content-Security-Policy": policy}
        if row in SHARED:
            expected["Cross-Origin-Resource-Policy"] = "cross-origin"
        assert safe == expected

    @pytest.mark.parametrize("row", [*TABLE, *ERRORS])
    def test_what_one_sees_by_logging_in_is_kept_in_no_cache(self, answers, row):
        answer = answers[row, "drh"]

        public = "/static/" in row
        assert answer.headers["Cache-Control"].startswith("private") is not public

    def test_without_https_browsers_are_not_told_to_use_it(self, visit):
        answer = visit("GET /home", "nobody")

        assert "Strict-Transport-Security" not in answer.headers

    @pytest.mark.parametrize(
        ("hsts", "url", "sent"),
        [
            (True, "https://localhost", True),
            (True, "http://localhost", False),
            (False, "https://localhost", False),
        ],
    )
    def test_browsers_are_told_to_use_https_if_asked_to(
        self, site, visit, hsts, url, sent
    ):
        site.app.config["HSTS"] = hsts

        answer = visit("GET /home", "nobody", base_url=url)

        assert ("Strict-Transport-Security" in answer.headers) is sent


def is_page(answer):
    return answer.mimetype == "text/html" and answer.text and not answer.location


class TestEveryPage:
    @pytest.fixture
    def pages(self, answers):
        """All answers that are pages, with what asked for them."""
        found = {key: answer for key, answer in answers.items() if is_page(answer)}
        assert len(found) > 40
        return [(key, parse(answer.text)) for key, answer in found.items()]

    def test_nothing_in_it_is_inline(self, pages):
        """The policy would stop it; a page that needs it would be broken."""
        for key, page in pages:
            for element in page.elements:
                assert element.tag != "style", key
                assert not [
                    name
                    for name in element.attributes
                    if name == "style" or name.startswith("on")
                ], key
                is_data = element.get("type") == "application/json"
                if element.tag == "script" and not is_data:
                    assert element.get("src"), key

    def test_nothing_in_it_comes_from_elsewhere(self, pages):
        for key, page in pages:
            for element in page.elements:
                for name in ("src", "href", "action", "formaction"):
                    link = element.get(name) or "/"
                    assert link.startswith(("/", "#")), key
                    assert not link.startswith("//"), key

    def test_it_is_well_made(self, pages):
        for key, page in pages:
            ids = [e["id"] for e in page.elements if "id" in e.attributes]
            assert len(ids) == len(set(ids)), key
            assert page.elements[0].get("lang") == "en", key
            assert len(page.all("main")) == len(page.all("h1")) == 1, key
            assert page.all("title")[0].text.strip(" —"), key
            assert all("alt" in image.attributes for image in page.all("img")), key

    def test_every_field_has_a_name_for_those_who_do_not_see(self, pages):
        for key, page in pages:
            labelled = {label.get("for") for label in page.all("label")}
            for element in page.elements:
                hidden = element.get("type") == "hidden"
                if element.tag in {"input", "select", "textarea"} and not hidden:
                    assert (
                        "aria-label" in element.attributes
                        or element.get("id") in labelled
                        or any(parent.tag == "label" for parent in element.parents)
                    ), (key, element)
