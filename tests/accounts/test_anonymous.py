"""The login as `anonymous`, with Fossil's captcha (FOSSIL.md 5.4)."""

import hashlib
import re

import pytest

from repoweb.accounts import captcha

SECRET = "5024e798c397543a505e4473fc2b9a0bde81a9ef"
SEED = "922281897"
DIGITS = "ffb28bf7"

pytestmark = pytest.mark.usefixtures("fossils", "_secret")


@pytest.fixture
def _secret(configure):
    configure("captcha-secret", SECRET)


def log_in(client, digits=DIGITS, seed=SEED, **fields):
    form = {"u": "anonymous", "p": digits, "cs": seed, **fields}
    return client.post("/login", data=form)


class TestTheCaptcha:
    def test_its_digits_are_those_of_fossil(self):
        assert captcha.digits(SECRET, int(SEED)) == DIGITS

    def test_the_form_shows_what_is_to_be_typed(self, nobody, who):
        page = nobody.get("/login").text
        seed = re.search(r'name="cs" value="(\d+)"', page)[1]

        log_in(nobody, captcha.digits(SECRET, int(seed)), seed)

        assert captcha.draw(captcha.digits(SECRET, int(seed))) in page
        assert who(nobody) == "anonymous"

    def test_each_form_has_its_own(self, nobody):
        seeds = {re.search(r'name="cs" value="(\d+)"', nobody.get("/login").text)[1]}
        seeds |= {re.search(r'name="cs" value="(\d+)"', nobody.get("/login").text)[1]}

        assert len(seeds) == 2

    def test_a_secret_is_made_at_its_first_use(self, nobody, rows, configure):
        configure("captcha-secret", None)

        page = nobody.get("/login")

        ((secret,),) = rows("SELECT value FROM config WHERE name='captcha-secret'")
        assert page.status_code == 200
        assert re.fullmatch("[0-9a-f]{40}", secret)

    def test_a_secret_that_is_there_stays(self, nobody, rows):
        nobody.get("/login")

        assert rows("SELECT value FROM config WHERE name='captcha-secret'") == [
            (SECRET,)
        ]

    def test_all_digits_are_drawn_differently(self):
        drawn = {captcha.draw(digit) for digit in "0123456789abcdef"}

        assert len(drawn) == 16
        assert {len(line) for one in drawn for line in one.split("\n")} == {5}

    @pytest.mark.parametrize("digits", [DIGITS, DIGITS.upper(), f" {DIGITS} "])
    def test_who_solves_it_is_anonymous(self, nobody, who, digits):
        answer = log_in(nobody, digits, g="stat")

        assert answer.location == "/stat"
        assert who(nobody) == "anonymous"

    @pytest.mark.parametrize(
        ("digits", "seed"),
        [
            ("", SEED),
            ("00000000", SEED),
            (DIGITS[:7], SEED),
            (DIGITS + "0", SEED),
            (DIGITS, "1"),
            (DIGITS, ""),
            (DIGITS, "x"),
            (DIGITS, "-922281897"),
            (DIGITS, "9222818970000"),
            (DIGITS, "\u0669" * 9),
            ("é", SEED),
        ],
    )
    def test_who_does_not_is_nobody(self, nobody, who, digits, seed):
        answer = log_in(nobody, digits, seed)

        assert answer.status_code == 401
        assert who(nobody) == ""

    def test_anonymous_has_no_password_besides(self, nobody, column):
        assert log_in(nobody, column("anonymous", "pw")).status_code == 401

    def test_a_secret_that_was_rotated_out_is_good_for_six_hours(
        self, nobody, who, configure, sql
    ):
        configure("captcha-secret", "f" * 40)
        configure("captcha-secret-1", SECRET)
        sql(
            "UPDATE config SET mtime=strftime('%s')-6*3600+60"
            " WHERE name='captcha-secret-1'"
        )

        log_in(nobody)

        assert who(nobody) == "anonymous"

    def test_after_six_hours_it_is_not(self, nobody, configure, sql):
        configure("captcha-secret", "f" * 40)
        configure("captcha-secret-1", SECRET)
        sql(
            "UPDATE config SET mtime=strftime('%s')-6*3600-60"
            " WHERE name='captcha-secret-1'"
        )

        assert log_in(nobody).status_code == 401


class TestWhereItIsForbidden:
    @pytest.fixture(params=["cap", "pw", "lifespan", "row"])
    def _forbidden(self, request, change_user, configure, sql):
        if request.param == "lifespan":
            configure("anon-cookie-lifespan", "0")
        elif request.param == "row":
            sql("DELETE FROM user WHERE login='anonymous'")
        else:
            change_user("anonymous", **{request.param: ""})

    @pytest.mark.usefixtures("_forbidden")
    def test_the_form_does_not_offer_it(self, nobody):
        page = nobody.get("/login")

        assert page.status_code == 200
        assert "anonymous" not in page.text

    @pytest.mark.usefixtures("_forbidden")
    def test_solving_it_does_not_help(self, nobody):
        assert log_in(nobody).status_code == 401

    @pytest.mark.parametrize("what", ["cap", "lifespan"])
    def test_those_who_are_in_are_out(self, nobody, who, change_user, configure, what):
        log_in(nobody)
        assert who(nobody) == "anonymous"

        if what == "cap":
            change_user("anonymous", cap="")
        else:
            configure("anon-cookie-lifespan", "0")

        assert who(nobody) == ""


class TestTheCookie:
    AGENT = "Mozilla/5.0 (test)"

    @pytest.fixture
    def visit(self, with_cookies, who):
        def ask(value, agent=self.AGENT):
            cookie = f"fossil-0123456789abcdef={value}"
            return who(with_cookies(cookie, user_agent=agent))

        return ask

    @pytest.fixture
    def made_by_fossil(self, rows):
        """Make a cookie as Fossil 2.29 does, some minutes ago."""

        def make(minutes=1.0, secret=SECRET, agent=self.AGENT):
            ((day,),) = rows("SELECT julianday('now')-?/1440.0", minutes)
            text = f"{day}/{agent}/{secret}"
            return f"{hashlib.sha1(text.encode()).hexdigest()}%2F{day}%2Fanonymous"

        return make

    def test_fossils_is_good_here(self, visit, made_by_fossil):
        assert visit(made_by_fossil()) == "anonymous"

    def test_ours_is_made_as_fossils(self, nobody, set_cookie):
        answer = nobody.post(
            "/login",
            data={"u": "anonymous", "p": DIGITS, "cs": SEED},
            headers={"User-Agent": self.AGENT},
        )

        name, morsel = set_cookie(answer)
        made, day, login = morsel.value.split("%2F")
        expected = hashlib.sha1(f"{day}/{self.AGENT}/{SECRET}".encode()).hexdigest()
        assert (name, made, login) == (
            "fossil-0123456789abcdef",
            expected,
            "anonymous",
        )

    def test_it_lasts_as_long_as_the_setting_says(self, nobody, set_cookie, configure):
        configure("anon-cookie-lifespan", "10")

        assert set_cookie(log_in(nobody))[1]["max-age"] == "600"

    @pytest.mark.parametrize(("minutes", "good"), [(479, True), (481, False)])
    def test_it_lasts_for_eight_hours(self, visit, made_by_fossil, minutes, good):
        assert visit(made_by_fossil(minutes)) == ("anonymous" if good else "")

    @pytest.mark.parametrize(("minutes", "good"), [(4, True), (6, False)])
    def test_it_lasts_no_longer_than_the_setting(
        self, visit, made_by_fossil, configure, minutes, good
    ):
        configure("anon-cookie-lifespan", "5")

        assert visit(made_by_fossil(minutes)) == ("anonymous" if good else "")

    def test_one_of_the_future_is_not_good(self, visit, made_by_fossil):
        assert visit(made_by_fossil(-60)) == ""

    def test_one_of_another_browser_is_not_good(self, visit, made_by_fossil):
        assert visit(made_by_fossil(), agent="Another") == ""

    def test_one_of_another_secret_is_not_good(self, visit, made_by_fossil):
        assert visit(made_by_fossil(secret="f" * 40)) == ""

    @pytest.mark.parametrize(
        "value",
        [
            "x/nan/anonymous",
            "x/inf/anonymous",
            "x/-inf/anonymous",
            "x/1e999/anonymous",
            "x/1_0/anonymous",
            "x/now/anonymous",
            "x/2461365.5/anonymous",
            "é/2461365.5/anonymous",
        ],
    )
    def test_odd_ones_are_not_good(self, visit, value):
        assert visit(value.replace("/", "%2F")) == ""

    def test_logging_out_forgets_it_and_leaves_others_alone(
        self, nobody, alice, who, set_cookie
    ):
        log_in(nobody)

        _, morsel = set_cookie(nobody.post("/logout"))

        assert morsel.value == ""
        assert who(nobody) == ""
        assert who(alice) == "alice"

    def test_anonymous_has_the_letters_of_its_row(self, nobody, change_user):
        change_user("nobody", cap="")
        change_user("anonymous", cap="oh")
        assert nobody.get("/stat").status_code == 302

        log_in(nobody)

        assert nobody.get("/stat").status_code == 200

    def test_anonymous_has_no_password_to_change(self, nobody, change_user, column):
        change_user("anonymous", cap="hp")
        log_in(nobody)
        stored = column("anonymous", "pw")

        answer = nobody.post(
            "/my", data={"p": stored, "n1": "new-secret", "n2": "new-secret"}
        )

        assert answer.status_code == 422
        assert column("anonymous", "pw") == stored
