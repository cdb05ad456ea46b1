"""What is said: summaries, next steps and comments in Turkish, put together from the phrases of `data/talk.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models.account import Contact
from portal.demo.calendar import Calendar
from portal.demo.chance import Chance, two_figures
from portal.demo.words import words

WITHOUT_STEP = 0.18
"""How many visits end without a next step, although their topic would have had one."""


@dataclass(slots=True)
class About:
    """What a visit is about: where, whom one spoke to, which product group at which size, against whom."""

    kind: str
    contact: Contact
    group: str
    quantity: float
    rival: str
    prospect: bool = False
    dealer: bool = False


@dataclass(slots=True)
class Said:
    """What the rep wrote."""

    topic: str
    summary: str
    next_steps: str | None
    next_step_on: date | None


def say(chance: Chance, calendar: Calendar, about: About, day: date) -> Said:
    """A summary of some sentences, and what to do next until when."""
    talk = words("talk")
    topics = talk["dealer"]["topics"] if about.dealer else talk["topics"]
    topic = chance.pick({name: _weight(each, about) for name, each in topics.items()})
    chosen = topics[topic]
    opener = "" if about.dealer else chance.choice(talk["openers"][about.kind])
    closer = chance.choice(talk["closers"]["any"]) if chance.happens(0.5) and not about.dealer else ""
    sentences = [opener, chance.choice(chosen["texts"]), closer]
    summary = _capital(" ".join(filter(None, (_fill(chance, each, about) for each in sentences))))
    step = _capital(_fill(chance, chance.choice(chosen["steps"]), about))
    if not step or chance.happens(WITHOUT_STEP):
        return Said(topic, summary, None, None)
    due = calendar.working_day(day + timedelta(days=chance.randint(*chosen["days"])))
    return Said(topic, summary, step, due)


def remark(chance: Chance, who: str, rival: str) -> str:
    """A comment of a manager's or of a rep's under a visit."""
    text: str = chance.choice(words("talk")["comments"][who])
    return text.format(rival=rival)


def _weight(topic: dict[str, Any], about: About) -> float:
    weight: float = topic["weight"]
    return weight * topic.get("prospects", 1) if about.prospect else weight


def _fill(chance: Chance, text: str, about: About) -> str:
    talk = words("talk")
    return text.format(
        contact=about.contact.name,
        group=talk["groups"].get(about.group, ""),
        product=talk["products"].get(about.group, ""),
        rival=about.rival,
        kg=f"{int(two_figures(max(about.quantity, 10))):,}".replace(",", "."),
        boxes=chance.choice((2, 3, 4, 5, 10)),
    )


def _capital(text: str) -> str:
    """The first letter large, as Turkish writes it: i becomes İ."""
    first = {"i": "İ", "ı": "I"}.get(text[:1], text[:1].upper())
    return first + text[1:]
