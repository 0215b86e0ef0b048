"""Fossil's login cookie: what repoweb and a fossil server hand each other."""

import pytest

from repoweb.accounts.cookie import LoginCookie

NAME = "fossil-0123456789abcdef"
SECRET = "A2502A9B12D822D6FE30339935FA1AE26352667E5F41A4374C"
VALUE = f"{SECRET}%2F0123456789abcdef%2Falice"

pytestmark = pytest.mark.usefixtures("fossils")


@pytest.fixture
def visit(with_cookies, who):
    """Say whom the site takes somebody for who has a cookie, sent as it stands."""

    def ask(value, name=NAME):
        return who(with_cookies(f"other=1; {name}={value}; more=2"))

    return ask


@pytest.fixture
def session(change_user):
    """Alice's session as a fossil server opened it."""
    change_user("alice", cookie=SECRET, cexpire=9_999_999)


class TestTheForm:
    @pytest.mark.parametrize(
        "value",
        [
            VALUE,
            VALUE.replace("%2F", "/"),
            VALUE.replace("%2F", "%2f"),
            f"{SECRET}%2F0123456789abcdef/alice",
        ],
    )
    def test_it_is_read_percent_encoded_or_not(self, value):
        cookie = LoginCookie.parse(value)

        assert cookie == LoginCookie(SECRET, "0123456789abcdef", "alice")

    def test_it_is_written_percent_encoded(self):
        assert str(LoginCookie(SECRET, "0123456789abcdef", "alice")) == VALUE

    @pytest.mark.parametrize("login", ["Ünï✓", "a%41", "a=b", "a;b", "a,b", "a+b"])
    def test_odd_logins_come_through(self, login):
        cookie = LoginCookie(SECRET, "0123456789abcdef", login)

        assert LoginCookie.parse(str(cookie)) == cookie
        assert not set(str(cookie)) & set(' ";,\\')

    @pytest.mark.parametrize(
        "value",
        ["", "/", "//", "a/b", "a//c", "/b/c", "a/b/", SECRET, "%2F%2F", "%", "\ud800"],
    )
    def test_another_form_is_none(self, value):
        assert LoginCookie.parse(value) is None


@pytest.mark.usefixtures("session")
class TestASessionOfFossil:
    @pytest.mark.parametrize("value", [VALUE, VALUE.replace("%2F", "/")])
    def test_it_is_good_here(self, visit, value):
        assert visit(value) == "alice"

    @pytest.mark.parametrize(
        "value",
        [
            "",
            "x",
            "/",
            SECRET,
            VALUE[1:],
            VALUE.lower(),
            VALUE.replace("A2502", "B2502"),
            VALUE.replace("alice", "Alice"),
            VALUE.replace("alice", "bob"),
            VALUE.replace("alice", "drh"),
            VALUE.replace("alice", "nix"),
            VALUE.replace("alice", "nobody"),
            VALUE + "x",
            VALUE + "/x",
            "%2F0123456789abcdef%2Falice",
            "%00%2F0123456789abcdef%2Falice",
            "%FF%2F0123456789abcdef%2Falice",
        ],
    )
    def test_another_value_is_not(self, visit, value):
        assert visit(value) == ""

    def test_the_middle_part_does_not_matter(self, visit):
        """It names the repository of the login group where the session began."""
        assert visit(VALUE.replace("0123456789abcdef", "f" * 16)) == "alice"

    @pytest.mark.parametrize("name", ["fossil-fedcba9876543210", "fossil", "Fossil-0"])
    def test_under_another_name_it_is_not(self, visit, name):
        assert visit(VALUE, name) == ""

    def test_in_a_login_group_it_has_the_name_of_the_group(self, visit, configure):
        configure("login-group-code", "fedcba9876543210")

        assert visit(VALUE, "fossil-fedcba9876543210") == "alice"
        assert visit(VALUE) == ""

    def test_an_expired_one_is_refused(self, visit, change_user):
        change_user("alice", cexpire=2_400_000.5)

        assert visit(VALUE) == ""

    def test_a_new_login_here_goes_on_with_it(self, client_of, set_cookie):
        answer = client_of().post("/login", data={"u": "alice", "p": "pw-alice"})

        name, morsel = set_cookie(answer)
        assert (name, morsel.value) == (NAME, VALUE)

    def test_cookies_that_cannot_be_read_are_ignored(self, with_cookies, who):
        assert who(with_cookies('=;;=x;"; \xff=\xfe')) == ""


class TestASessionOfOurs:
    def test_fossil_can_read_its_row(self, client_of, rows):
        client_of("alice")

        assert rows(
            "SELECT length(cookie)>30 AND typeof(cookie)='text'"
            " AND typeof(cexpire)='real' AND cexpire>julianday('now')"
            " FROM user WHERE login='alice'"
        ) == [(1,)]

    @pytest.mark.parametrize("login", ["nobody", "anonymous", "reader", "developer"])
    def test_a_group_never_has_one(self, visit, change_user, login):
        change_user(login, pw="x", cap="s", cookie=SECRET, cexpire=9_999_999)

        assert visit(VALUE.replace("alice", login)) == ""

    def test_an_empty_secret_opens_nothing(self, visit, change_user):
        change_user("alice", cookie="", cexpire=9_999_999)

        assert visit("%2F0123456789abcdef%2Falice") == ""
        assert visit("x%2F0123456789abcdef%2Falice") == ""


class TestOtherCookies:
    @pytest.mark.parametrize(
        "cookie",
        [
            "remember_token=alice|" + "0" * 128,
            "remember_token=x",
            "session=eyJfdXNlcl9pZCI6ImRyaCJ9.Zz.x",
            "session=x",
        ],
    )
    def test_those_of_flask_and_flask_login_mean_nothing(
        self, with_cookies, who, cookie
    ):
        """Another application of the same host may have set them."""
        assert who(with_cookies(cookie)) == ""

    def test_beside_them_ours_is_good(self, with_cookies, who, change_user):
        change_user("alice", cookie=SECRET, cexpire=9_999_999)
        cookies = f"remember_token=a|b; session=x; {NAME}={VALUE}"

        assert who(with_cookies(cookies)) == "alice"
