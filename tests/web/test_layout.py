"""What all pages share: title, account menu, theme."""

import pytest
from pages import parse


class TestTheTitle:
    def test_it_names_page_and_project(self, nobody):
        assert parse(nobody.get("/stat").text).all("title")[0].text == (
            "Statistics — Demo"
        )

    def test_a_project_without_a_name_has_fossils_word_for_it(self, nobody, configure):
        configure("project-name", None)

        page = nobody.get("/home").text

        assert parse(page).all("h1")[0].text == "Unnamed Fossil Project"

    def test_a_name_is_escaped(self, nobody, configure):
        configure("project-name", "</title><script>alert(1)</script>")

        page = parse(nobody.get("/home").text)

        assert not page.all("script")
        assert page.all("h1")[0].text == "</title><script>alert(1)</script>"


class TestTheAccountMenu:
    def test_nobody_is_offered_the_login_and_the_way_back(self, nobody):
        page = parse(nobody.get("/stat?x=1").text)

        links = [link["href"] for link in page.all("a", "who")]

        assert links == ["/login?g=stat%3Fx%3D1"]

    def test_the_login_page_does_not_lead_back_to_itself(self, nobody):
        page = parse(nobody.get("/login?g=stat").text)

        assert [link["href"] for link in page.all("a", "who")] == ["/login"]

    def test_nor_does_it_after_a_failure(self, nobody):
        page = parse(nobody.post("/login", data={"u": "alice", "p": "wrong"}).text)

        assert [link["href"] for link in page.all("a", "who")] == ["/login"]

    def test_who_is_logged_in_can_log_out(self, alice):
        page = parse(alice.get("/home").text)

        forms = [form["action"] for form in page.all("form")]

        assert forms == ["/logout", "/theme"]
        assert page.within("details", "who", "a")[0]["href"] == "/my"

    def test_anonymous_is_logged_in_too(self, nobody, configure):
        configure("captcha-secret", "5024e798c397543a505e4473fc2b9a0bde81a9ef")
        form = {"u": "anonymous", "p": "ffb28bf7", "cs": "922281897"}
        nobody.post("/login", data=form)

        assert "<span>anonymous</span>" in nobody.get("/home").text


class TestTheTheme:
    def choose(self, client, theme, **options):
        return client.post("/theme", data={"theme": theme, "g": "stat"}, **options)

    def themes_of(self, page):
        html = parse(page.text).all("html")[0]
        pressed = [
            button["value"]
            for button in parse(page.text).all("button")
            if "aria-pressed" in button.attributes
        ]
        return html.get("data-theme"), pressed

    def test_at_first_it_follows_the_system(self, nobody):
        assert self.themes_of(nobody.get("/home")) == (None, ["auto"])

    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_a_chosen_one_stays(self, nobody, theme):
        answer = self.choose(nobody, theme)

        assert (answer.status_code, answer.location) == (302, "/stat")
        assert self.themes_of(nobody.get("/home")) == (theme, [theme])

    def test_one_can_follow_the_system_again(self, nobody):
        self.choose(nobody, "dark")

        self.choose(nobody, "auto")

        assert self.themes_of(nobody.get("/home")) == (None, ["auto"])

    @pytest.mark.parametrize("theme", ["", "x", '"><script>', "DARK", "auto"])
    def test_another_one_is_none(self, nobody, theme):
        self.choose(nobody, "dark")

        self.choose(nobody, theme)

        assert self.themes_of(nobody.get("/home")) == (None, ["auto"])

    @pytest.mark.parametrize("cookie", ["auto", "x", '"><script>alert(1)</script>', ""])
    def test_a_cookie_of_another_kind_is_ignored(self, app, cookie):
        client = app.test_client(use_cookies=False)

        page = client.get("/home", headers={"Cookie": f"repoweb-theme={cookie}"})

        assert self.themes_of(page) == (None, ["auto"])

    def test_the_form_leads_back_to_the_page(self, nobody):
        fields = parse(nobody.get("/info/trunk?x=a%20b").text).fields()

        answer = nobody.post("/theme", data={**fields, "theme": "dark"})

        assert answer.location == "/info/trunk?x=a%20b"


def test_the_page_is_the_same_for_all_but_the_user(client_of):
    page = parse(client_of("alice").get("/home").text)

    assert page.all("html")[0]["lang"] == "en"
    assert len(page.all("main")) == 1
    assert len(page.all("h1")) == 1
    ids = [e["id"] for e in page.elements if "id" in e.attributes]
    assert len(ids) == len(set(ids))
