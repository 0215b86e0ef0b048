"""A client of hchatd, written from its description: messages asked for by number."""

import http.client
from urllib.parse import urlencode, urlsplit

DEADLINE = 10


class HchatdClient:
    """Enters a room, which gives it a cookie; then sends, and asks for numbers."""

    def __init__(self, url, room):
        self._host = urlsplit(url).netloc
        self._room = room
        response = self._get(f"/chat/{room}")
        assert response.status == 200, response.text
        self.cookie = response.headers["Set-Cookie"].partition(";")[0]

    def message(self, number):
        """Ask for a message; the answer comes when there is one."""
        return self._get(f"/msg/{self._room}/{number}", Cookie=self.cookie)

    def send(self, text, **fields):
        body = urlencode({"msg": text, **fields})
        kind = "application/x-www-form-urlencoded"
        headers = {"Content-Type": kind, "Cookie": self.cookie}
        return self._ask("POST", f"/send/{self._room}", body, headers)

    def send_body(self, body, kind="text/plain; charset=utf-8"):
        headers = {"Content-Type": kind, "Cookie": self.cookie}
        return self._ask("POST", f"/send/{self._room}", body, headers)

    def _get(self, path, **headers):
        return self._ask("GET", path, None, headers)

    def _ask(self, method, path, body, headers):
        connection = http.client.HTTPConnection(self._host, timeout=DEADLINE)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            response.text = response.read().decode()
        finally:
            connection.close()
        return response
