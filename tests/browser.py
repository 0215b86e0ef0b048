"""A browser without scripts, for the application without a server."""

from flask.testing import FlaskClient


def password_of(login: str) -> str:
    return f"pw-{login}"


class Client(FlaskClient):
    """A browser without scripts: it sends its origin with each change."""

    def open(self, *args, **kwargs):
        headers = dict(kwargs.pop("headers", None) or {})
        if kwargs.get("method", "GET") != "GET":
            headers.setdefault("Origin", "http://localhost")
        return super().open(*args, headers=headers, **kwargs)

    def login(self, login: str, password: str | None = None) -> "Client":
        form = {"u": login, "p": password or password_of(login)}
        answer = self.post("/login", data=form)
        assert answer.status_code == 302, answer.text
        return self
