"""Opening hours: what people may write, how it is kept, and when somebody is there on a day."""

from datetime import date, timedelta

import pytest

from models.errors import Refused
from models.opening import canonical, windows

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("", None),
        (" ; ", None),
        ("Mo 09:00-18:00", "Mo 09:00-18:00"),
        ("Tu off; Mo 09:00 - 12:30 , 13:30-18:00;", "Mo 09:00-12:30,13:30-18:00; Tu off"),
        ("Mo-We 08:00-24:00", "Mo 08:00-24:00; Tu 08:00-24:00; We 08:00-24:00"),
        ("Sa-Mo 10:00-11:00; Su off", "Mo 10:00-11:00; Sa 10:00-11:00; Su off"),
    ],
)
def test_hours_are_kept_weekday_by_weekday(written: str, kept: str | None) -> None:
    assert canonical(written) == kept
    assert canonical(kept or "") == kept


@pytest.mark.parametrize(
    "written",
    [
        "always",
        "Mo",
        "Mo 9-18",
        "Mo 18:00-09:00",
        "Mo 09:00-09:00",
        "Mo 09:00-12:00,11:00-13:00",
        "Mo 09:60-12:00",
        "Mo 09:00-25:00",
        "Mo 09:00-24:30",
        "Xx 09:00-12:00",
        "Mo 09:00-12:00,",
    ],
)
def test_what_is_no_opening_hours_is_refused(written: str) -> None:
    with pytest.raises(Refused, match="opening hours"):
        canonical(written)


def test_a_day_is_open_closed_or_not_known() -> None:
    hours = "Mo 09:00-12:30,13:30-18:00; Tu off"
    assert windows(hours, MONDAY) == ((540, 750), (810, 1080))
    assert windows(hours, MONDAY + timedelta(days=1)) == ()
    assert windows(hours, MONDAY + timedelta(days=2)) is windows(None, MONDAY) is None
