"""A small WSGI application whose guests wait until a test answers them."""

from raw import until

PARK_KEY = "repoweb.park"
NOTHING = b"nothing new"


class Guest:
    """A waiter; it notes how it ended."""

    seconds = 60.0

    def __init__(self, house):
        self.house = house
        self.answer = None
        self.ends = []

    def start(self, answer):
        self.answer = answer
        self.house.guests.append(self)

    def expire(self):
        self.ends.append("expired")
        return NOTHING

    def leave(self):
        self.ends.append("left")


class Listener(Guest):
    """A waiter whose answer goes on."""

    pulse = b"pulse"


class House:
    """The application: pages by path; `/wait` parks a guest, `/stream` a listener."""

    guest_class = Guest
    listener_class = Listener
    status = "200 OK"
    headers = (("Content-Type", "text/plain"),)

    def __init__(self):
        self.guests = []
        self.pages = {"/": self.hello, "/wait": self.wait, "/stream": self.stream}

    def __call__(self, environ, start_response):
        page = self.pages[environ["PATH_INFO"]]
        return page(environ, start_response)

    def hello(self, environ, start_response):
        environ["wsgi.input"].read()
        start_response(self.status, list(self.headers))
        return [b"hello"]

    def wait(self, environ, start_response):
        return self.park(self.guest_class(self), environ, start_response)

    def stream(self, environ, start_response):
        return self.park(self.listener_class(self), environ, start_response)

    def park(self, guest, environ, start_response):
        body = environ[PARK_KEY](guest)
        if body is None:
            start_response("503 Service Unavailable", [])
            return [b"full"]
        start_response(self.status, list(self.headers))
        return body

    def wait_for(self, count):
        """Wait until so many guests have begun to wait; returns the last."""
        until(lambda: len(self.guests) >= count, f"{count} guests")
        return self.guests[count - 1]
