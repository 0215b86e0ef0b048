"""The pages /preview and /markup_help."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from repoweb.accounts.guard import requires
from repoweb.web.markup import render
from repoweb.web.markup.links import page_links
from repoweb.web.texts import typed_mimetype, typed_text

pages = Blueprint("editing", __name__)


@pages.post("/preview")
@requires("*")
def preview() -> Response:
    """Render a text for the editor that it is typed into; nothing is stored.

    Parameters: `content` and `mimetype`; with `wiki`, names of pages that do not
    exist yet are links, as in wiki pages.
    """
    links = page_links("preview-", wiki="wiki" in request.form)
    html = render(typed_text("content"), typed_mimetype(), links)
    return Response(html, mimetype="text/html")


@pages.get("/markup_help")
@pages.get("/md_rules")
@pages.get("/wiki_rules")
@requires("*")
def markup_help() -> str:
    """Tell how to write Markdown and Fossil wiki."""
    return render_template("web/markup_help.html")
