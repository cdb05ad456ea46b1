"""Mini surveys: asked by head office or a manager, answered on visits. `questions` has the rules, `results` sums."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from models.access import ALL, OWN_REGION, Access, change, read, write
from models.account import Account
from models.base import Base, Created, Key, Named, Synced, new_id, now
from models.errors import N_, NotFound, Refused
from models.market import at_account
from models.region import Region
from models.session import Session
from models.survey.questions import Question, check_answers, check_questions, load
from models.sync.feed import CATALOGUE, TERRITORY, Feed
from models.user import User
from models.visit import Visit, fact

STATES = {"drafted": N_("drafted"), "published": N_("published"), "closed": N_("closed")}


class Survey(Named, Base):
    """A survey through all its versions. Without a region it is everybody's, with one that region's."""

    __tablename__ = "survey"
    __access__ = Access(rep=read(ALL), manager=read(ALL) + change(OWN_REGION)[1:], hq=write(ALL))

    id: Mapped[Key]
    region_id: Mapped[UUID | None] = mapped_column(ForeignKey("region.id"), index=True)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[Created]

    region: Mapped[Region | None] = relationship()
    author: Mapped[User] = relationship()
    versions: Mapped[list[SurveyVersion]] = relationship(back_populates="survey", order_by="SurveyVersion.number")

    @property
    def draft(self) -> SurveyVersion | None:
        """The version that is being written."""
        return next((each for each in self.versions if each.published_at is None), None)

    @property
    def asked(self) -> SurveyVersion | None:
        """The version that is asked now."""
        return next((each for each in self.versions if each.published_at and not each.retired_at), None)

    @property
    def state(self) -> str:
        """One of `STATES`."""
        published = any(each.published_at for each in self.versions)
        return "published" if self.asked else "closed" if published else "drafted"


_OF_OWN_SURVEY = f"{OWN_REGION} and exists (select 1 from survey s where s.id = survey_id and s.{OWN_REGION})"  # noqa: S608


class SurveyVersion(Base):
    """What is asked. Once published it never changes: an answer keeps the version that it was given to."""

    __tablename__ = "survey_version"
    __feed__ = Feed("survey", CATALOGUE, only="{row}.published_at is not null")
    __table_args__ = (
        UniqueConstraint("survey_id", "number"),
        CheckConstraint("retired_at is null or published_at is not null", name="retired_at"),
    )
    __access__ = Access(
        rep=read("published_at is not null"), manager=read(ALL) + change(_OF_OWN_SURVEY)[1:], hq=write(ALL)
    )

    id: Mapped[Key]
    survey_id: Mapped[UUID] = mapped_column(ForeignKey("survey.id"))
    region_id: Mapped[UUID | None] = mapped_column(ForeignKey("region.id"))
    number: Mapped[int]
    title: Mapped[str]
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    published_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]

    survey: Mapped[Survey] = relationship(back_populates="versions")

    @property
    def asks(self) -> list[Question]:
        """The questions, in their order."""
        return load(self.questions)


class SurveyResponse(Synced, Base):
    """What was answered at an account, by the keys of the version's questions."""

    __tablename__ = "survey_response"
    __feed__ = Feed("survey_response", TERRITORY, "territory_id")
    __table_args__ = (
        at_account(),
        Index("ix_survey_response_version", "survey_version_id", "answered_at"),
        Index("ix_survey_response_account", "account_id"),
    )
    __access__ = fact("answered_at")

    id: Mapped[Key]
    survey_version_id: Mapped[UUID] = mapped_column(ForeignKey("survey_version.id"))
    account_id: Mapped[UUID]
    territory_id: Mapped[UUID] = mapped_column(index=True)
    region_id: Mapped[UUID] = mapped_column(index=True)
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    answered_at: Mapped[datetime]
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[Created]

    version_of: Mapped[SurveyVersion] = relationship()
    account: Mapped[Account] = relationship(primaryjoin="foreign(SurveyResponse.account_id) == Account.id")
    visit: Mapped[Visit | None] = relationship()
    user: Mapped[User] = relationship()

    def rewrite(self, answers: dict[str, Any]) -> None:
        """Correct the answers. Refused where one is none."""
        self.answers = check_answers(self.version_of.asks, answers)


def draft_survey(db: Session, title: str, region_id: UUID | None = None) -> Survey:
    """A survey with an empty first version, by whoever `db` acts for; a manager's is his region's."""
    if not title.strip():
        raise Refused(N_("Give the survey a title."))
    region_id = db.principal.region_id or region_id
    survey = Survey(id=new_id(), name=title.strip(), region_id=region_id, author_id=db.principal.user_id, versions=[])
    db.add(survey)
    db.flush()
    _add_version(db, survey, [])
    return survey


def write_survey(db: Session, survey: Survey, title: str, questions: Sequence[Question]) -> SurveyVersion:
    """Make these the questions of the version that is being written; begin one if the last was published."""
    if not title.strip():
        raise Refused(N_("Give the survey a title."))
    check_questions(questions)
    draft = survey.draft or _add_version(db, survey, [])
    survey.name = draft.title = title.strip()
    draft.questions = [question.dump() for question in questions]
    db.flush()
    return draft


def publish(db: Session, survey: Survey) -> SurveyVersion:
    """Let the version that is being written be asked from now on, instead of the one before."""
    draft = survey.draft
    if draft is None:
        raise Refused(N_("Nothing has changed since this was published."))
    check_questions(draft.asks)
    close(survey)
    draft.published_at = now()
    db.flush()
    return draft


def close(survey: Survey) -> None:
    """Ask it no more. What was answered stays."""
    if survey.asked is not None:
        survey.asked.retired_at = now()


def list_surveys(db: Session) -> list[Survey]:
    """All surveys that the principal may see, the newest first."""
    query = select(Survey).options(selectinload(Survey.versions), selectinload(Survey.region))
    return list(db.scalars(query.order_by(Survey.created_at.desc(), Survey.id)))


def get_survey(db: Session, survey_id: UUID) -> Survey:
    """The survey with its versions. Raises NotFound."""
    query = select(Survey).where(Survey.id == survey_id)
    found = db.scalar(query.options(selectinload(Survey.versions), selectinload(Survey.region)))
    if found is None:
        raise NotFound
    return found


def _add_version(db: Session, survey: Survey, questions: list[dict[str, Any]]) -> SurveyVersion:
    number = max((each.number for each in survey.versions), default=0) + 1
    values = {"number": number, "title": survey.name, "questions": questions, "region_id": survey.region_id}
    version = SurveyVersion(id=new_id(), survey_id=survey.id, **values)
    survey.versions.append(version)
    db.flush()
    return version
