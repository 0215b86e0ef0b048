"""A wiki: alice writes, bob reads, carol's changes may have to wait."""

import pytest


@pytest.fixture(autouse=True)
def _may_write(sql):
    sql("UPDATE user SET cap='ofkjmlb' WHERE login='alice'")
    sql("UPDATE user SET cap='oj' WHERE login='bob'")
    sql("UPDATE user SET cap='ofkj' WHERE login='carol'")


@pytest.fixture
def carol(client_of):
    return client_of("carol")


@pytest.fixture
def write(rows):
    """Write a page as an editor does; gives the answer."""

    def run(client, name, text, base=None, **form):
        if base is None:
            base = newest(rows, name)
        data = {"name": name, "content": text, "base": base, **form}
        return client.post("/wikiedit", data=data)

    return run


def newest(rows, name):
    found = rows(
        "SELECT uuid FROM tag JOIN tagxref USING(tagid) JOIN blob USING(rid)"
        " WHERE tagname=? ORDER BY tagxref.mtime DESC LIMIT 1",
        f"wiki-{name}",
    )
    return found[0][0] if found else ""
