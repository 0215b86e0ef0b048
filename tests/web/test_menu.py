"""The main menu and the sitemap: what each visitor sees of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import parse

from repoweb.plugin import MenuEntry
from repoweb.web.menu import format_menu, parse_menu

HOME = ("Home", "/home")
CHAT = ("Chat", "/chat")
ADMIN = ("Admin", "/Admin")


class TestTheDefault:
    def test_nobody_sees_what_is_for_everybody(self, nobody, menu_of):
        assert menu_of(nobody) == [HOME]

    def test_who_may_chat_sees_the_chat(self, alice, menu_of):
        assert menu_of(alice) == [HOME, CHAT]

    def test_who_may_not_does_not(self, client_of, menu_of):
        assert menu_of(client_of("carol")) == [HOME]

    @pytest.mark.parametrize("login", ["drh", "dora"])
    def test_administrators_see_the_administration(self, client_of, menu_of, login):
        assert menu_of(client_of(login)) == [HOME, CHAT, ADMIN]

    def test_the_present_page_is_marked(self, drh):
        page = parse(drh.get("/Admin/Users").text)

        marked = [e["href"] for e in page.all("a") if "aria-current" in e.attributes]

        assert marked == ["/Admin", "/Admin"]  # the wide menu and that of the phone

    def test_below_a_prefix_the_links_have_it(self, nobody, menu_of):
        assert menu_of(nobody, base_url="http://localhost/code") == [
            ("Home", "/code/home")
        ]


class TestTheRepositorysOwn:
    def test_it_takes_the_place_of_the_default(self, nobody, menu_of, configure):
        configure("mainmenu", "Start /home * {}\n{What is here} /stat o {}")

        assert menu_of(nobody) == [("Start", "/home"), ("What is here", "/stat")]

    def test_each_sees_what_he_may(self, nobody, alice, menu_of, configure):
        configure(
            "mainmenu",
            "Home /home * {} Chat /chat C wideonly"
            " In /login !L {} Me /my L {} No /stat {} {}",
        )

        assert menu_of(nobody) == [HOME, ("In", "/login")]
        assert menu_of(alice) == [HOME, CHAT, ("Me", "/my")]

    def test_at_is_about_what_anonymous_may(self, nobody, menu_of, configure):
        configure("mainmenu", "A /home @h {} B /stat @C {}")

        assert menu_of(nobody) == [("A", "/home")]

    def test_pages_that_are_not_here_are_left_out(self, nobody, menu_of, configure):
        configure(
            "mainmenu",
            "Home /home * {} Timeline /timeline {o r j} {} Files /dir?ci=tip oh {}",
        )

        assert menu_of(nobody) == [HOME]

    def test_addresses_elsewhere_stay(self, nobody, menu_of, configure):
        configure("mainmenu", "Docs https://example.org/docs?x=1 * {}")

        assert menu_of(nobody) == [("Docs", "https://example.org/docs?x=1")]

    def test_an_empty_one_is_no_menu(self, nobody, menu_of, configure):
        configure("mainmenu", "")

        assert menu_of(nobody) == []

    @pytest.mark.parametrize(
        "text", ["{", "Home /home * {", '"', "Home", "Home /home *", "\\"]
    )
    def test_a_broken_one_is_no_menu_and_no_error(
        self, nobody, menu_of, configure, text
    ):
        configure("mainmenu", text)

        assert menu_of(nobody) == []

    def test_of_a_list_that_breaks_off_the_rest_is_good(
        self, nobody, menu_of, configure
    ):
        configure("mainmenu", "Home /home * {} Stat /stat")

        assert menu_of(nobody) == [HOME]

    @pytest.mark.parametrize("where", ["mainmenu", "sitemap-extra"])
    @pytest.mark.parametrize(
        "url",
        [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "{ javascript:alert(1)}",
            "data:text/html,x",
            "//evil.org",
            "///evil.org",
            "/\\\\evil.org",
            "{/\\evil.org}",
            "{/\t/evil.org}",
            "{/\n/evil.org}",
            "{\t//evil.org}",
            "home",
            "{}",
            "ftp://x.org",
            "http://",
            "https:///evil.org",
            "{http://x.org/ onclick=x}",
        ],
    )
    def test_dangerous_addresses_are_left_out(self, nobody, configure, where, url):
        fields = "* {}" if where == "mainmenu" else "*"
        configure(where, f"Bad {url} {fields}")

        for path in ("/home", "/sitemap"):
            page = parse(nobody.get(path).text)
            assert "Bad" not in [link.text for link in page.all("a")]

    def test_labels_and_addresses_are_escaped(self, nobody, configure):
        configure(
            "mainmenu", '{<b>"x"</b>} {https://x.org/"><script>alert(1)</script>} * {}'
        )

        page = parse(nobody.get("/home").text)

        assert not page.all("script")
        assert '<b>"x"</b>' in [link.text for link in page.within("nav", "wide", "a")]


class TestTheSitemap:
    def links(self, client):
        page = parse(client.get("/sitemap").text)
        main = [e for e in page.all("a") if any(p.tag == "main" for p in e.parents)]
        return [link["href"] for link in main]

    def test_nobody_sees_what_is_for_everybody(self, nobody):
        assert self.links(nobody) == ["/home", "/sitemap", "/stat", "/login"]

    def test_who_is_logged_in_sees_his_account(self, alice):
        assert self.links(alice) == [
            *("/home", "/sitemap", "/stat", "/chat", "/chat?d=today"),
            *("/my", "/logout"),
        ]

    def test_administrators_see_more(self, drh):
        assert "/Admin" in self.links(drh)

    def test_without_check_out_there_are_no_statistics(self, nobody, sql):
        sql("UPDATE user SET cap='' WHERE login='nobody'")

        assert "/stat" not in self.links(nobody)

    def test_extra_entries_come_last(self, nobody, alice, configure):
        configure("sitemap-extra", "{Our docs} /doc/trunk * Secret /secret C")

        assert self.links(nobody)[-1] == "/doc/trunk"
        assert self.links(alice)[-2:] == ["/doc/trunk", "/secret"]

    def test_a_broken_list_is_no_error(self, nobody, configure):
        configure("sitemap-extra", "{Our docs")

        assert self.links(nobody)[-1] == "/login"

    def test_it_is_the_same_whatever_the_menu_is(self, nobody, configure):
        configure("mainmenu", "")

        assert self.links(nobody) == ["/home", "/sitemap", "/stat", "/login"]

    def test_every_link_leads_to_a_page(self, drh):
        for link in self.links(drh):
            assert drh.get(link).status_code == 200, link


class TestFormatting:
    LABEL = st.text(min_size=1, alphabet=st.characters(codec="utf-8"))

    @given(st.lists(st.tuples(LABEL, st.sampled_from(["*", "o r", "!L", "{}", ""]))))
    def test_a_menu_is_read_as_it_was_written(self, rows):
        entries = [MenuEntry(label, "/home", needs) for label, needs in rows]

        assert parse_menu(format_menu(entries)) == entries

    def test_there_is_one_entry_a_line(self):
        entries = [MenuEntry("Home", "/home"), MenuEntry("Admin it", "/Admin", "a s")]

        assert format_menu(entries) == ("Home /home * {}\n{Admin it} /Admin {a s} {}")
