"""When an answer is due: a day and a night of working days."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.lead.clock import ANSWER_WITHIN, DEALERS_ZONE, answer_due

moments = st.timedeltas(timedelta(0), timedelta(days=6_000)).map(lambda after: datetime(2020, 1, 1, tzinfo=UTC) + after)


@pytest.mark.parametrize(
    ("offered", "due"),
    [
        ("2026-03-02T09:00+00:00", "2026-03-03T09:00+00:00"),  # Monday
        ("2026-03-06T09:00+00:00", "2026-03-09T09:00+00:00"),  # Friday → Monday
        ("2026-03-07T12:00+00:00", "2026-03-09T21:00+00:00"),  # Saturday → Monday, midnight in Istanbul
        ("2026-03-08T20:59+00:00", "2026-03-09T21:00+00:00"),  # Sunday, a minute before Monday in Istanbul
    ],
)
def test_an_answer_is_due(offered: str, due: str) -> None:
    assert answer_due(datetime.fromisoformat(offered)) == datetime.fromisoformat(due)


@given(moments)
def test_no_answer_is_due_sooner_than_a_day_or_in_the_middle_of_a_weekend(offered: datetime) -> None:
    due = answer_due(offered)
    assert timedelta(days=1) <= due - offered <= timedelta(days=3)
    just_before = due.astimezone(DEALERS_ZONE) - timedelta(microseconds=1)
    assert just_before.weekday() < 5


@given(moments, st.timedeltas(timedelta(0), timedelta(days=5)))
def test_who_is_asked_later_may_answer_later(offered: datetime, later: timedelta) -> None:
    assert answer_due(offered) <= answer_due(offered + later)
    assert answer_due(offered, timedelta(hours=1)) <= answer_due(offered, ANSWER_WITHIN)
