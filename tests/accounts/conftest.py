"""Users as real Fossil made them, and a look at their cookies."""

from http.cookies import SimpleCookie

import pytest

PROJECT = "0123456789abcdef0123456789abcdef01234567"
HASHES = {
    "drh": "161b11abf6f444a29df1cd392475b7a7997c37bd",
    "alice": "31f898093f690f07b6f112cb275f85f4541a0ef3",
    "bob": "899bec457bdabffe741da40c70fdbebc0533f054",
}


@pytest.fixture
def fossils(configure, sql):
    """The project code of FOSSIL.md, and the passwords that Fossil hashed with it."""
    configure("project-code", PROJECT)
    for login, stored in HASHES.items():
        sql("UPDATE user SET pw=? WHERE login=?", stored, login)


@pytest.fixture
def change_user(sql):
    """Change columns of a user's row: `change_user("bob", info="…")`."""

    def change(login, /, **columns):
        changes = ", ".join(f"{name}=?" for name in columns)
        sql(f"UPDATE user SET {changes} WHERE login=?", *columns.values(), login)

    return change


@pytest.fixture
def column(rows):
    """Read a column of a user's row: `column("bob", "cap")`."""

    def ask(login, name):
        return rows(f"SELECT {name} FROM user WHERE login=?", login)[0][0]

    return ask


@pytest.fixture
def set_cookie():
    """Parse the one cookie that an answer sets."""

    def parse(answer):
        (header,) = answer.headers.getlist("Set-Cookie")
        ((name, morsel),) = SimpleCookie(header).items()
        return name, morsel

    return parse


@pytest.fixture
def with_cookies(app):
    """Make a client that sends a Cookie header as it stands, and keeps no other."""

    def make(header, **headers):
        client = app.test_client(use_cookies=False)
        client.environ_base["HTTP_COOKIE"] = header
        for name, value in headers.items():
            client.environ_base[f"HTTP_{name.upper()}"] = value
        return client

    return make


@pytest.fixture
def who():
    """Say whom the site takes a client for: his login, or "" for nobody."""

    def ask(client, **options):
        page = client.get("/my", **options)
        if page.status_code == 302:
            assert page.location.startswith("/login?g=my")
            return ""
        assert page.status_code == 200
        return page.text.partition("You are logged in as <b>")[2].partition("</b>")[0]

    return ask
