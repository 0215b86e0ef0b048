"""The picture of the graph: every line leads from a child to its parent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoweb.repository.events import Event
from repoweb.repository.lanes import MOST_LANES, Line, rows, width

BLANK = Event(0, "", "ci", 0.0, "", "", "", "", 0, "", branch="trunk")


def event(rid, *parents, branch="trunk", **more):
    return BLANK._replace(rid=rid, parents=parents, branch=branch, **more)


def connections(events, drawn):
    """Follow the lines down: pairs of a child and what is found at its end."""
    found, open_lines = [], {}
    for shown, row in zip(events, drawn, strict=True):
        crossing = {s.lane for s in (*row.through, *row.above)}
        assert crossing == set(open_lines), "a line begins or ends at a border"
        for strand in row.above:
            found += [(child, shown.rid) for child in open_lines.pop(strand.lane)]
        for strand in row.below:
            open_lines.setdefault(strand.lane, []).append(shown.rid)
    assert not open_lines, "a line leads out of the picture"
    return sorted(found)


def expected(events):
    there = {e.rid for e in events}
    links = [(e.rid, p) for e in events for p in (*e.parents, *e.picked) if p in there]
    return sorted(set(links))


class TestLines:
    def test_a_chain_is_one_lane(self):
        events = [event(3, 2), event(2, 1), event(1)]

        drawn = rows(events, "trunk")

        assert [row.lane for row in drawn] == [0, 0, 0]
        assert width(drawn) == 1
        assert connections(events, drawn) == [(2, 1), (3, 2)]

    def test_a_branch_has_a_lane_beside_trunk(self):
        events = [
            *(event(5, 4), event(4, 2, 3), event(3, 1, branch="b")),
            *(event(2, 1), event(1)),
        ]

        drawn = rows(events, "trunk")

        assert [row.lane for row in drawn] == [0, 0, 1, 0, 0]
        assert connections(events, drawn) == expected(events)
        assert [s.line for s in drawn[1].below] == [Line.PRIMARY, Line.MERGE]

    def test_a_cherrypick_is_a_line_of_its_own(self):
        events = [event(3, 1, picked=(2,)), event(2, 1, branch="b"), event(1)]

        drawn = rows(events, "trunk")

        assert connections(events, drawn) == expected(events)
        assert Line.PICK in [s.line for s in drawn[0].below]

    def test_what_is_no_check_in_is_passed(self):
        note = BLANK._replace(rid=9, kind="w", branch="")
        events = [event(2, 1), note, event(1)]

        drawn = rows(events, "trunk")

        assert drawn[1].lane is None
        assert connections(events, drawn) == [(2, 1)]

    def test_a_parent_that_is_not_shown_is_hinted_at(self):
        drawn = rows([event(2, 1)], "trunk")

        assert drawn[0].beyond
        assert not drawn[0].below

    def test_trunk_stays_first_though_a_branch_is_newer(self):
        events = [event(3, 2, branch="b"), event(2, 1, branch="b"), event(1)]

        assert [row.lane for row in rows(events, "trunk")] == [1, 1, 0]

    @given(st.data())
    def test_in_every_graph_all_links_are_drawn(self, data):
        count = data.draw(st.integers(1, 14))
        events = []
        for rid in range(count, 0, -1):
            older = st.lists(st.integers(1, rid - 1), max_size=2, unique=True)
            parents = data.draw(older) if rid > 1 else []
            branch = data.draw(st.sampled_from(["trunk", "a", "b"]))
            events.append(event(rid, *parents, branch=branch))

        drawn = rows(events, "trunk")

        assert connections(events, drawn) == expected(events)
        on_trunk = [
            row.lane
            for e, row in zip(events, drawn, strict=True)
            if e.branch != "trunk"
        ]
        assert 0 not in on_trunk or all(e.branch != "trunk" for e in events)

    @pytest.mark.parametrize("heads", [10, 200])
    def test_it_is_never_wider_than_its_limit(self, heads):
        events = [event(n, 1, branch=f"b{n}") for n in range(heads + 1, 1, -1)]

        assert width(rows([*events, event(1)], "trunk")) <= MOST_LANES
