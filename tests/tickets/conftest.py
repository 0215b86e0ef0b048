"""Tickets: alice may do everything with them, bob may read and comment."""

import re

import pytest


@pytest.fixture(autouse=True)
def _may_write(sql):
    sql("UPDATE user SET cap='ojrnwbte' WHERE login='alice'")
    sql("UPDATE user SET cap='ojrc' WHERE login='bob'")
    sql("UPDATE user SET cap='ojrn' WHERE login='carol'")


@pytest.fixture
def carol(client_of):
    return client_of("carol")


@pytest.fixture
def create():
    """Write a new ticket; gives the beginning of its id."""

    def run(client, **fields):
        form = {"title": "It breaks", "type": "Code_Defect", **fields}
        answer = client.post("/tktnew", data=form)
        assert answer.status_code == 303, answer.text
        return re.fullmatch(r"/tktview/([0-9a-f]{16})", answer.location)[1]

    return run
