"""What guests may not do: write too often, or come from a blocked network."""

import sqlite3
import time
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from repoweb.chat.rooms import registry, store
from repoweb.chat.rooms.room import Room
from repoweb.chat.rooms.store import MICRO, Author
from repoweb.errors import RepowebError

Network = IPv4Network | IPv6Network

MINUTE_SECONDS = 60
MOST_MADE = 5
"""Rooms that one address, or one user, may make within an hour."""


class BadNetwork(RepowebError):
    """A line of a block list is no network."""


class Blocked(RepowebError):
    """A request comes from a network that a room refuses."""

    def __init__(self) -> None:
        super().__init__("You are not let into this room.")


class TooOften(RepowebError):
    """Somebody writes or makes rooms too often; `seconds` says when to come back."""

    def __init__(self, text: str, seconds: int) -> None:
        super().__init__(text)
        self.seconds = seconds


def networks(text: str) -> list[Network]:
    """Read a block list: one network or address a line, `#` begins a comment.

    Raises:
        BadNetwork: names the line.
    """
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [_network(line) for line in lines if line]


def check_network(room: Room, address: str) -> None:
    """Refuse a request from a network that the room refuses.

    Raises:
        Blocked: it is.
    """
    if not room.rules.blocked:
        return
    found = _parse(address)
    if found is not None and any(found in n for n in networks(room.rules.blocked)):
        raise Blocked


def check_rate(db: sqlite3.Connection, room: Room, author: Author) -> None:
    """Refuse a message of one who has just written many.

    Raises:
        TooOften: names the limit.
    """
    since = time.time_ns() // 1000 - MINUTE_SECONDS * MICRO
    most = room.rules.per_minute
    if store.count_since(db, room, author, since) >= most:
        text = f"At most {most} messages may be sent within a minute. Try again later."
        raise TooOften(text, MINUTE_SECONDS)


def check_making(db: sqlite3.Connection, made_by: str, most_rooms: int) -> None:
    """Refuse a further room.

    Raises:
        TooOften: there are enough, or this one has just made several.
    """
    if registry.count(db) >= most_rooms:
        message = f"There are {most_rooms} rooms, and no more are allowed."
        raise TooOften(message, registry.HOUR)
    if registry.count_made(db, made_by) >= MOST_MADE:
        message = f"At most {MOST_MADE} rooms may be made within an hour."
        raise TooOften(message, registry.HOUR)


def _network(line: str) -> Network:
    try:
        return ip_network(line, strict=False)
    except ValueError as error:
        message = f"{line[:60]} is no network, such as 192.0.2.0/24"
        raise BadNetwork(message) from error


def _parse(address: str) -> IPv4Address | IPv6Address | None:
    """Read the address of a request; over a Unix socket there may be none."""
    try:
        found = ip_address(address)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
