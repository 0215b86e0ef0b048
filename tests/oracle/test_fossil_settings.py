"""Settings are the same for both programs, whoever made them."""

import pytest

VALUES = {
    "chat-keep-count": "7",
    "chat-keep-days": "2.5",
    "chat-inline-images": "off",
    "chat-timeline-user": "chat-robot",
    "access-log": "0",
}


@pytest.mark.parametrize("name", VALUES)
def test_what_fossil_sets_repoweb_reads(fossil, run_repoweb, path, name):
    fossil("setting", name, VALUES[name], "-R", path)

    shown = run_repoweb("setting", "get", path, name).strip()

    assert as_number(shown) == as_number(VALUES[name])


@pytest.mark.parametrize("name", VALUES)
def test_what_repoweb_sets_fossil_reads(fossil, run_repoweb, path, name):
    def shown_by_fossil():
        return as_number(fossil("setting", name, "-R", path).split()[-1])

    run_repoweb("setting", "set", path, name, VALUES[name])
    assert shown_by_fossil() == as_number(VALUES[name])

    run_repoweb("setting", "unset", path, name)
    assert shown_by_fossil() != as_number(VALUES[name])


def as_number(value):
    """Fossil knows more than one word for yes and no."""
    return {"off": "0", "on": "1"}.get(value, value)


def test_what_is_set_on_repowebs_page_fossil_reads(fossil, path, repoweb, visit):
    drh = visit(repoweb, "drh")
    form = {
        "chat-initial-history": "50",
        "chat-keep-count": "9",
        "chat-keep-days": "3.5",
        "chat-poll-timeout": "420",
        "chat-alert-sound": "alerts/plunk.wav",
        "fx-chat-max-file": "10",
        "fx-chat-max-text": "40000",
        "fx-chat-per-minute": "600",
    }

    assert drh.post("Admin/Chat", **form).status == 200

    for name in ("chat-keep-count", "chat-keep-days"):
        assert fossil("setting", name, "-R", path).split()[-1] == form[name]
    images = fossil("setting", "chat-inline-images", "-R", path).split()[-1]
    assert as_number(images) == "0"  # a box that was not ticked
