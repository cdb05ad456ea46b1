"""Surveys: the list, the editor of one, and what was answered, with its export."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, g, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from models.access import Permission
from models.errors import NotFound
from models.survey import (
    STATES,
    Survey,
    SurveyResponse,
    close,
    draft_survey,
    get_survey,
    list_surveys,
    publish,
    write_survey,
)
from models.survey.questions import KINDS, Question
from models.survey.results import add_up, in_words, list_responses, questions_of
from models.sync.blob import list_shown
from portal.surveys.forms import NewForm, SurveyForm, shown
from portal.web import db, export
from portal.web.export import Column
from portal.web.forms import translated
from portal.web.language import gettext as _
from portal.web.permissions import requires
from portal.web.render import render, see_other

bp = Blueprint("surveys", __name__, url_prefix="/surveys")

TONES = {"drafted": "", "published": "good", "closed": "info"}
SHOWN_PHOTOS = 24
Sent = MultiDict[str, str]


@bp.get("")
@requires(Permission.RUN_SURVEYS)
def index() -> Response:
    """All surveys, and beginning another."""
    return list_page(NewForm(formdata=None))


@bp.post("")
@requires(Permission.RUN_SURVEYS)
def create() -> BaseResponse:
    """Begin a survey."""
    form, made = NewForm(), list[Survey]()
    if not form.sent() or not form.run(lambda: made.append(draft_survey(db, form.title.data))):
        return list_page(form, status=422)
    return see_other("surveys.edit", id=made[0].id)


@bp.get("/<uuid:id>")
@requires(Permission.RUN_SURVEYS)
def show(id: UUID) -> Response:
    """What was answered so far."""
    survey = get_survey(db, id)
    responses = list_responses(db, survey)
    if export.wanted():
        return export.send(_("survey"), columns(survey), responses)
    results = add_up(survey, responses)
    return render(
        "surveys/show.html",
        survey=survey,
        results=results,
        photos={result.question.key: list_shown(db, result.photos[:SHOWN_PHOTOS]) for result in results},
        count=len(responses),
        may=may_write(survey),
        **words(),
    )


@bp.get("/<uuid:id>/edit")
@requires(Permission.RUN_SURVEYS)
def edit(id: UUID) -> Response:
    """The version that is being written; after it was published, the next one begins with its questions."""
    survey = writable(id)
    version = survey.draft or survey.asked or survey.versions[-1]
    form = SurveyForm(formdata=None, title=survey.name, questions=[shown(each) for each in version.asks])
    return editor(survey, form)


@bp.post("/<uuid:id>")
@requires(Permission.RUN_SURVEYS)
def save(id: UUID) -> BaseResponse:
    """Do what the pressed button says; only saving and publishing write anything."""
    survey, sent = writable(id), MultiDict(request.form)
    action, _dash, which = sent.get("action", "save").partition("-")
    if action in ACTIONS:
        ACTIONS[action](sent, which)
        return editor(survey, SurveyForm(formdata=sent))
    form = SurveyForm(formdata=sent)
    if not form.sent() or not form.run(lambda: _write(survey, form, publishing=action == "publish")):
        return editor(survey, form, status=422)
    flash(_("The survey is asked from now on.") if action == "publish" else _("Draft saved."), "good")
    return see_other("surveys.show", id=id)


@bp.post("/<uuid:id>/closure")
@requires(Permission.RUN_SURVEYS)
def end(id: UUID) -> BaseResponse:
    """Ask it no more."""
    close(writable(id))
    flash(_("The survey is closed. What was answered stays."), "good")
    return see_other("surveys.show", id=id)


def list_page(form: NewForm, status: int = 200) -> Response:
    """The list with the form beside it."""
    return render("surveys/index.html", surveys=list_surveys(db), form=form, status=status, **words())


def editor(survey: Survey, form: SurveyForm, status: int = 200) -> Response:
    """The editor's page; an empty survey begins with a first question."""
    if not form.questions.entries:
        form.questions.append_entry({"key": next_key(survey, [])})
    form.offer_conditions()
    return render("surveys/edit.html", survey=survey, form=form, status=status)


def add(sent: Sent, _which: str) -> None:
    """A question at the end, under a key that no version has used."""
    place = max(_places(sent), default=-1) + 1
    used = [value for name, value in sent.items() if name.endswith("-key")]
    survey = get_survey(db, request.view_args["id"] if request.view_args else UUID(int=0))
    sent[f"questions-{place}-key"] = next_key(survey, used)


def remove(sent: Sent, which: str) -> None:
    """Take a question out."""
    for name in [name for name in sent if name.startswith(f"questions-{which}-")]:
        del sent[name]


def move_up(sent: Sent, which: str) -> None:
    """Ask a question before the one that stands above it."""
    above = max((place for place in _places(sent) if place < int(which or 0)), default=None)
    if above is None:
        return
    ours, theirs = f"questions-{which}-", f"questions-{above}-"
    swapped = {name: values for name, values in sent.lists() if name.startswith((ours, theirs))}
    remove(sent, which)
    remove(sent, str(above))
    for name, values in swapped.items():
        ahead = name.startswith(ours)
        sent.setlist((theirs if ahead else ours) + name.removeprefix(ours if ahead else theirs), values)


ACTIONS: dict[str, Callable[[Sent, str], None]] = {"add": add, "remove": remove, "up": move_up}
"""The buttons that change questions without saving: whatever was written comes back."""


def next_key(survey: Survey, used: list[str]) -> str:
    """A key that no question of any version has, so that answers never mix."""
    known = [each["key"] for version in survey.versions for each in version.questions]
    numbers = [int(key[1:]) for key in (*known, *used) if key[1:].isdecimal()]
    return f"q{max(numbers, default=0) + 1}"


def columns(survey: Survey) -> tuple[Column, ...]:
    """The responses as a file: a column for each question that was ever asked."""

    def answer(question: Question) -> Callable[[SurveyResponse], object]:
        said = addresses if question.kind == "photo" else in_words
        return lambda response: said(response.answers.get(question.key))

    def heading(text: str, unit: str) -> str:
        return f"{text} ({unit})" if unit else text

    return (
        Column(_("Answered"), lambda response: response.answered_at),
        Column(_("Account"), lambda response: response.account.name if response.account else None),
        Column(_("Rep"), lambda response: response.user.name),
        Column(_("Version"), lambda response: response.version_of.number),
        *(Column(heading(each.text, each.unit), answer(each)) for each in questions_of(survey)),
    )


def addresses(photos: Iterable[str] | None) -> str:
    """Where the photos of an answer are shown to whoever may see them."""
    return "; ".join(url_for("visits.photo", id=each, _external=True) for each in photos or ())


def may_write(survey: Survey) -> bool:
    """Whether the survey is one's own to write: head office's are not a manager's."""
    return g.principal.region_id is None or survey.region_id == g.principal.region_id


def writable(survey_id: UUID) -> Survey:
    """The survey, if it is one's own to write. Raises NotFound."""
    survey = get_survey(db, survey_id)
    if not may_write(survey):
        raise NotFound
    return survey


def words() -> dict[str, Any]:
    """The reader's words for states and kinds."""
    return {"states": translated(STATES), "tones": TONES, "kinds": translated(KINDS)}


def _write(survey: Survey, form: SurveyForm, *, publishing: bool) -> None:
    write_survey(db, survey, form.title.data, form.asked())
    if publishing:
        publish(db, survey)


def _places(sent: Sent) -> list[int]:
    parts = (name.split("-") for name in sent if name.startswith("questions-"))
    return [int(part[1]) for part in parts if len(part) > 1 and part[1].isdecimal()]
