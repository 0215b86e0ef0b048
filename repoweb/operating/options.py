"""What an operator decides, whichever way he serves."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SiteOptions:
    """What an operator decides for all repositories that he serves.

    Args:
        poll_seconds: how long a poll of the chat may wait.
        streams: whether an answer may go on for long; a CGI script's may not.
        hsts: whether browsers are told to use https only.
        lists: whether a bare folder is a list of its repositories.
        not_found: the address to go to for what is not in a folder, or "".
        publish: the publisher location of Nchan, or "".
        subscribe: where pages subscribe to Nchan.
        prefix: the path under which visitors see the site.
    """

    poll_seconds: int
    streams: bool = True
    hsts: bool = False
    lists: bool = False
    not_found: str = ""
    publish: str = ""
    subscribe: str = ""
    prefix: str = ""
