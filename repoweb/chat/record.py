"""A message as Fossil's JSON tells it, with what our own page asks for beside."""

from typing import NamedTuple

from markupsafe import Markup

from repoweb.chat import fossil_json
from repoweb.chat.message import Message


class Told(NamedTuple):
    """All on which a record depends: what is kept can never be stale."""

    message: Message
    colour: str
    text: str
    row: Markup | None
    snippet: str | None

    def written(self) -> str:
        """Write it, as an object of JSON."""
        return fossil_json.record(self._as_fields())

    def _as_fields(self) -> dict[str, fossil_json.Field]:
        """List Fossil's fields, in its order, then those of our own page."""
        message = self.message
        record: dict[str, fossil_json.Field] = {
            "msgid": message.msgid,
            "mtime": message.time,
        }
        if message.local_time:
            record["lmtime"] = message.local_time
        record["xfrom"] = message.poster
        record["uclr"] = self.colour
        record["xmsg"] = self.text
        record["fsize"] = message.size
        if message.size:
            record["fname"], record["fmime"] = message.file_name, message.file_type
        if message.deletes:
            record["mdel"] = message.deletes
        if message.key:
            record["k"] = message.key
        if self.row is None:
            return record
        if message.width:
            record["iw"], record["ih"] = message.width, message.height
        if message.lines is not None:
            record["nl"] = message.lines
        if self.snippet is not None:
            record["snippet"] = self.snippet
        return record | {"html": self.row}
