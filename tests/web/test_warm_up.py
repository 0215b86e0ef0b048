"""Templates are compiled before they are needed."""

from repoweb.web.warmup import warm_up


def test_all_templates_are_ready_and_none_is_broken(app):
    warm_up(app).join()

    cached = {name for _, name in app.jinja_env.cache}
    assert set(app.jinja_env.list_templates()) == cached
