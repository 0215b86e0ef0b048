"""Where Nchan asks whether somebody may listen to a channel."""

from http import HTTPStatus

from flask import Response, current_app, request

from repoweb.accounts.current import current_user
from repoweb.accounts.guard import requires
from repoweb.chat.blueprint import chat, pages
from repoweb.chat.publishing import Publisher, channel_of

SUBSCRIBE_URL = "CHAT_SUBSCRIBE_URL"
"""Key of the application's configuration: where pages subscribe, or ""."""

SUBSCRIBED_SECONDS = 330.0
"""How long a subscriber counts as here; Nchan lets him come anew after 300 s."""

PUBLISHER = "repoweb.chat.publisher"
"""Where the application keeps its `Publisher`, in `app.extensions`."""


@pages.get("/chat-subscribe-auth")
@requires("*")
def authorize() -> Response:
    """Answer 204 if the visitor may listen to a channel, else 403; nginx reads it.

    Without a channel it is asked whether he may listen at all.
    """
    user = current_user()
    channel = channel_of(user.letters)
    if not user.may("C") or request.args.get("channel", channel) != channel:
        return Response(status=HTTPStatus.FORBIDDEN)
    publisher = current_app.extensions.get(PUBLISHER)
    if isinstance(publisher, Publisher):
        publisher.use(channel)
        chat().hub.subscribes(user.name, SUBSCRIBED_SECONDS)
    return Response(status=HTTPStatus.NO_CONTENT)


def subscription() -> str:
    """Return the address at which the current user's page subscribes, or ""."""
    url = str(current_app.config.get(SUBSCRIBE_URL) or "")
    return f"{url}/{channel_of(current_user().letters)}" if url else ""
