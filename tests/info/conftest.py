"""The history that the tests of check-ins read."""

import history
import pytest


@pytest.fixture
def made(repository, sql):
    """The check-ins by their names. Nobody has links."""
    sql("UPDATE user SET cap='hgjorz' WHERE login='nobody'")
    return history.make(repository)
