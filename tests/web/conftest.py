"""Looking at pages as a browser does."""

import pytest
from pages import parse


@pytest.fixture
def menu_of():
    """List the main menu that a client sees: pairs of label and link."""

    def read(client, url="/home", **options):
        page = parse(client.get(url, **options).text)
        return [(link.text, link["href"]) for link in page.within("nav", "wide", "a")]

    return read
