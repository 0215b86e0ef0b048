"""The history that the tests of the timeline read."""

import history
import pytest


@pytest.fixture(autouse=True)
def made(repository, sql):
    """The check-ins by their names; the initial one is older. Nobody has links."""
    sql("UPDATE user SET cap='hgjorz' WHERE login='nobody'")
    return history.make(repository)
