"""Markdown, Fossil wiki and plain text as HTML."""

import pytest
from pages import parse

from repoweb.repository.targets import Target
from repoweb.web.markup import FOSSIL_WIKI, MARKDOWN, PLAIN, render, render_comment
from repoweb.web.markup.links import MOST_TARGETS, Links

KNOWN = {
    "9109215add": Target("/info/9109215add", "Check-in by drh"),
    "Home Page": Target("/wiki?name=Home+Page", "Wiki page"),
}


@pytest.fixture
def links():
    return Links(KNOWN.get, base="/base", wiki=True)


def anchor(html):
    [link] = parse(str(html)).all("a")
    return link["href"], link.text


class TestLinksOfFossilWiki:
    @pytest.mark.parametrize(
        ("text", "href", "label"),
        [
            ("[http://x.org/a|b]", "http://x.org/a", "b"),
            ("[/timeline?n=5]", "/base/timeline?n=5", "/timeline?n=5"),
            ("[../up.md|up]", "../up.md", "up"),
            ("[#frag|here]", "#u-frag", "here"),
            ("[9109215add]", "/base/info/9109215add", "[9109215add]"),
            ("[910]", "/base/wiki?name=910", "910"),
            ("[Home Page|the home]", "/base/wiki?name=Home+Page", "the home"),
            ("[wiki:No Such]", "/base/wiki?name=No+Such", "No Such"),
            ("[2026-01-02]", "/base/wiki?name=2026-01-02", "2026-01-02"),
            ("[x<y]", "/base/wiki?name=x%3Cy", "x<y"),
            ("a[1]", "/base/wiki?name=1", "1"),
        ],
    )
    def test_they_lead_where_fossils_do(self, links, text, href, label):
        assert anchor(render(text, FOSSIL_WIKI, links)) == (href, label)

    @pytest.mark.parametrize("text", ["[deadbeef99]", "[]", "[ Home Page ]"])
    def test_what_can_be_no_page_is_shown_as_broken(self, links, text):
        page = parse(str(render(text, FOSSIL_WIKI, links)))

        assert [e.text for e in page.all("span", "broken")] == [text]

    def test_a_bracket_that_does_not_close_is_text(self, links):
        assert "[unclosed" in render("see [unclosed", FOSSIL_WIKI, links)

    def test_in_a_comment_a_word_that_names_nothing_stays_text(self, links):
        html = render_comment("a [No Such Page] b", links.within("", wiki=False))

        assert html == "a [No Such Page] b"

    def test_another_wiki_is_reached_by_its_tag(self):
        rows = {"fossil": '{"base": "https://f.org/", "hash": "info/", "wiki": "w/"}'}
        links = Links(interwiki=rows.get)

        hrefs = [
            anchor(render(f"[{text}]", FOSSIL_WIKI, links))[0]
            for text in ("fossil:To Do", "fossil:39cb0a323f", "fossil:/x")
        ]

        assert hrefs == [
            *("https://f.org/w/To%20Do", "https://f.org/info/39cb0a323f"),
            "https://f.org//x",
        ]

    def test_so_many_names_are_looked_up_and_no_more(self):
        asked = []
        links = Links(asked.append)

        render(" ".join(f"[n{n}]" for n in range(1000)), FOSSIL_WIKI, links)

        assert len(asked) == MOST_TARGETS


class TestBlocksOfFossilWiki:
    def test_lists_begin_with_a_sign_between_blanks(self, links):
        html = render("a\n\n  *  one\n  *  two\n\n  #  x\n  7.  y", FOSSIL_WIKI, links)

        page = parse(str(html))
        assert [li.text.strip() for li in page.all("li")] == ["one", "two", "x", "y"]
        assert page.all("li")[3]["value"] == "7"
        assert (len(page.all("ul")), len(page.all("ol"))) == (1, 1)

    def test_an_indented_paragraph_is_a_quotation(self, links):
        html = render("a\n\n  b\n\nc", FOSSIL_WIKI, links)

        page = parse(str(html))
        assert page.all("blockquote")[0].text.strip() == "b"
        assert [p.text.strip() for p in page.all("p")] == ["a", "c"]

    def test_verbatim_text_is_shown_as_it_is(self, links):
        html = render("<verbatim>\n<b>[910] & x</b></verbatim>", FOSSIL_WIKI, links)

        assert parse(str(html)).all("pre")[0].text.strip() == "<b>[910] & x</b>"

    def test_verbatim_ends_at_its_own_id(self, links):
        text = "<verbatim id=q>a</verbatim>b</verbatim id=q>c"

        html = render(text, FOSSIL_WIKI, links)

        assert parse(str(html)).all("pre")[0].text == "a</verbatim>b"

    def test_nowiki_leaves_brackets_alone(self, links):
        html = render("<nowiki>[910]</nowiki> [910]", FOSSIL_WIKI, links)

        assert len(parse(str(html)).all("a")) == 1

    def test_a_comment_is_left_out_and_unknown_tags_are_text(self, links):
        html = render("a<!-- b --> <foo> &amp; &bar", FOSSIL_WIKI, links)

        assert parse(str(html)).all("p")[0].text == "a <foo> & &bar"


class TestMarkdown:
    def test_names_in_brackets_are_links_if_they_name_something(self, links):
        text = "[9109215add] [Home Page|home] [](Home Page) [x](9109215add) [nothing]"

        html = render(text, MARKDOWN, links.within("", wiki=False))

        found = [
            (a["href"].removeprefix("/base"), a.text) for a in parse(str(html)).all("a")
        ]
        assert found == [
            ("/info/9109215add", "9109215add"),
            ("/wiki?name=Home+Page", "home"),
            ("/wiki?name=Home+Page", "Home Page"),
            ("/info/9109215add", "x"),
        ]
        assert "[nothing]" in html

    def test_an_ordinary_reference_goes_before(self, links):
        html = render("[Home Page]\n\n[Home Page]: http://x.org/", MARKDOWN, links)

        assert anchor(html) == ("http://x.org/", "Home Page")

    def test_code_stays_code(self, links):
        html = render("`[9109215add]`\n\n    [9109215add]", MARKDOWN, links)

        assert not parse(str(html)).all("a")

    def test_fenced_code_is_coloured_by_classes(self, links):
        html = render("```python\nif x: pass\n```", MARKDOWN, links)

        page = parse(str(html))
        assert page.all("span", "c-k")[0].text == "if"
        assert page.all("pre")[0].text == "if x: pass\n"

    def test_pikchr_is_shown_as_code(self, links):
        html = render("``` pikchr\nbox <b>\n```", MARKDOWN, links)

        assert parse(str(html)).all("pre", "pikchr")[0].text == "box <b>\n"

    def test_tables_are_aligned_without_a_style(self, links):
        html = render("|a|b|\n|-:|:-:|\n|1|2|", MARKDOWN, links)

        assert [c["align"] for c in parse(str(html)).all("td")] == ["right", "center"]

    def test_footnotes_have_ids_of_their_own(self, links):
        first, second = (
            render("a[^1]\n\n[^1]: note", MARKDOWN, links.within(prefix))
            for prefix in ("p1-", "p2-")
        )

        assert parse(str(first)).all("a", "footnote-backref")[0]["href"] == "#p1-fnref1"
        assert parse(str(second)).all("li", "footnote-item")[0]["id"] == "p2-fn1"

    def test_tasks_have_boxes(self, links):
        html = render("- [ ] a\n- [x] b\n- [9109215add] c", MARKDOWN, links)

        page = parse(str(html))
        assert [len(span.classes) for span in page.all("span", "task")] == [1, 2]
        assert len(page.all("a")) == 1

    def test_addresses_are_links(self, links):
        html = render("see https://x.org/a_b_c.", MARKDOWN, links)

        assert anchor(html) == ("https://x.org/a_b_c", "https://x.org/a_b_c")

    def test_a_picture_from_elsewhere_is_a_link(self, links):
        page = parse(
            str(render("![own](/raw/1) ![far](http://x.org/1)", MARKDOWN, links))
        )

        assert [i["src"] for i in page.all("img")] == ["/base/raw/1"]
        assert page.all("a")[0].text == "far"


class TestPlainText:
    def test_it_keeps_its_lines_and_links_addresses(self, links):
        html = render("a <b>\n  c http://x.org/, d", PLAIN, links)

        page = parse(str(html))
        assert page.all("div", "plain")[0].text == "a <b>\n  c http://x.org/, d"
        assert page.all("a")[0]["href"] == "http://x.org/"
