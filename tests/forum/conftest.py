"""A forum: alice is trusted, carol's posts wait, drh administers, bob may only read."""

import re

import pytest


@pytest.fixture(autouse=True)
def _may_write(sql):
    sql("UPDATE user SET cap='o234' WHERE login='alice'")
    sql("UPDATE user SET cap='o23' WHERE login='carol'")
    sql("UPDATE user SET cap='o2' WHERE login='bob'")


@pytest.fixture
def carol(client_of):
    return client_of("carol")


@pytest.fixture
def begin():
    """Begin a thread; gives the name that its address has."""

    def run(client, title="A thread", text="Hello", **fields):
        form = {"title": title, "content": text, **fields}
        return name_in(client.post("/forumnew", data=form))

    return run


@pytest.fixture
def reply():
    def run(client, name, text="A reply", **fields):
        form = {"fpid": name, "reply": "1", "content": text, **fields}
        return name_in(client.post("/forumedit", data=form))

    return run


@pytest.fixture
def edit():
    def run(client, name, text, **fields):
        form = {"fpid": name, "edit": "1", "content": text, **fields}
        return client.post("/forumedit", data=form)

    return run


def name_in(answer):
    assert answer.status_code == 303, answer.text
    found = re.fullmatch(r"/forumpost/([0-9a-f]{16})", answer.location)
    return found[1]
