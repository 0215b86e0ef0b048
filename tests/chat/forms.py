"""Request bodies with files, as browsers write them."""

BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW"


def file(content=b"content", name="a.txt", kind="text/plain"):
    return content, name, kind


def multipart(**fields):
    """Arguments for a client's post: texts, and a file as (content, name, type)."""
    body = b"".join(_part(name, value) for name, value in fields.items())
    return {
        "data": body + f"--{BOUNDARY}--\r\n".encode(),
        "content_type": f"multipart/form-data; boundary={BOUNDARY}",
    }


def _part(name, value):
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'
    if isinstance(value, tuple):
        value, filename, kind = value
        for character, escape in (('"', "%22"), ("\r", "%0D"), ("\n", "%0A")):
            filename = filename.replace(character, escape)
        head += f'; filename="{filename}"\r\nContent-Type: {kind}'
    elif isinstance(value, str):
        value = value.encode()
    return head.encode() + b"\r\n\r\n" + value + b"\r\n"
