"""The text of structural artifacts: cards, their escapes and the checksum."""

import hashlib

_ESCAPES = str.maketrans(
    {
        " ": r"\s",
        "\n": r"\n",
        "\\": "\\\\",
        "\t": r"\t",
        "\r": r"\r",
        "\v": r"\v",
        "\f": r"\f",
        "\0": r"\0",
    }
)


def encode(argument: str) -> str:
    """Escape one argument of a card ("fossilize")."""
    return argument.translate(_ESCAPES)


def artifact_text(cards: list[str]) -> bytes:
    """Join the cards, sorted by the caller, and end them with their Z card."""
    text = "".join(card + "\n" for card in cards).encode()
    checksum = hashlib.md5(text, usedforsecurity=False).hexdigest()
    return text + f"Z {checksum}\n".encode()
