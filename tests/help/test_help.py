"""/help: every page and every setting, from their own descriptions."""

import pytest
from pages import parse

from repoweb.help.topics import page_topics
from repoweb.plugins import BUILT_IN


def test_every_page_and_every_setting_is_listed(nobody):
    links = {a["href"] for a in parse(nobody.get("/help").text).all("a")}

    settings = {f"/help/{s.name}" for plugin in BUILT_IN for s in plugin.settings}
    assert settings <= links
    assert {"/help/timeline", "/help/chat", "/help/annotate", "/help/index"} <= links


def test_every_page_explains_itself(app):
    for name, topic in page_topics(app).items():
        assert topic.summary.endswith("."), name


def test_all_links_lead_somewhere(nobody):
    page = parse(nobody.get("/help").text)

    for link in page.all("a"):
        if link["href"].startswith("/help/"):
            assert nobody.get(link["href"]).status_code == 200, link


def test_a_page_is_explained_by_its_docstring(nobody):
    page = parse(nobody.get("/help/annotate").text)

    assert page.all("h1")[0].text == "/annotate"
    assert "which check-in made it" in page.all("p")[1].text
    assert "filename" in [code.text for code in page.all("code")]
    assert [cell.text for cell in page.all("td")] == ["Check-Out (o)", "GET"]


@pytest.mark.parametrize("url", ["/help?cmd=/dir", "/help/www/dir", "/help/dir"])
def test_fossils_addresses_lead_there_too(nobody, url):
    assert parse(nobody.get(url).text).all("h1")[0].text == "/dir"


def test_a_setting_is_explained_by_the_registry(nobody):
    page = parse(nobody.get("/help/chat-keep-days").text)

    assert page.all("h1")[0].text == "chat-keep-days"
    cells = [cell.text for cell in page.all("td")]
    assert cells[0] == "7.0"
    assert cells[-1] == "/Admin/Chat"


@pytest.mark.parametrize("name", ["nix", "<script>", "../x", "%00", "static"])
def test_what_there_is_not_is_not_explained(nobody, name):
    answer = nobody.get(f"/help/{name}")

    assert answer.status_code == 404
    assert "<script>" not in answer.text
