"""What a server does before somebody asks, so that nobody waits for it later."""

import threading

from flask import Flask


def warm_up(app: Flask) -> threading.Thread:
    """Compile the templates in a thread of its own, while the server serves already."""
    thread = threading.Thread(
        target=_compile_templates, args=(app,), name="warm-up", daemon=True
    )
    thread.start()
    return thread


def _compile_templates(app: Flask) -> None:
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
