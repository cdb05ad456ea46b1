"""The cast's accounts, visits, brand usage, quotes and market share."""

from __future__ import annotations

import base64
import hashlib
from uuid import UUID

from models.account import Account, Contact
from models.check_in import CheckIn, PositionConsent
from models.hand_over import AccountMove, HandOver
from models.instruction import Instruction
from models.market import BrandUsage, CompetitorActivity, Potential
from models.market.run import MarketShare, MarketShareEvidence, MarketShareRun, MarketTotal
from models.market.supply import SupplyLink
from models.order_draft import OrderDraft, OrderDraftLine
from models.quote import Quote, QuoteLine
from models.quote.document import QuoteDocument
from models.route.road import RoadLeg
from models.route.working_day import WorkingDay
from models.survey import Survey, SurveyResponse, SurveyVersion
from models.survey.questions import Question
from models.sync.blob import Attachment, Blob, BlobPart
from models.visit import Comment, Visit, VisitParticipant, VisitRead
from tests.world import (
    BOGAZ_FIELD,
    HQ,
    INTERNAL,
    KORDON_FIELD,
    MANISA_FIELD,
    NOON,
    TODAY,
    Audience,
    Place,
    Row,
    amount,
    days,
    ident,
)

MANAGERS_AND_HQ = frozenset({"filiz", "gokhan"}) | HQ
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""The smallest picture."""
PLACES: tuple[tuple[str, str, str, str, str, Audience], ...] = (
    ("gemi", "Gemi Onarım A.Ş.", "izmir", "ege", "cem", KORDON_FIELD),
    ("kazan", "Kazan Sanayi Ltd. Şti.", "manisa", "ege", "deniz", MANISA_FIELD),
    ("vinc", "Vinç ve Çelik Yapı", "istanbul", "marmara", "ece", BOGAZ_FIELD),
)


def rows() -> list[Row]:
    """One account per territory with everything that can hang on it, then a market share run."""
    made: list[Row] = []
    for code, name, territory, region, rep, audience in PLACES:
        place = {"territory_id": ident(f"territory.{territory}"), "region_id": ident(f"region.{region}")}
        made += [*_account(code, name, place, audience), *_visit(code, rep, place, audience)]
        made += _observations(code, rep, place, audience)
        made += [*_quote(code, rep, place, audience), _instruction(code, place, audience)]
    made += [*_order_draft("gemi", "proposed"), *_order_draft("vinc", "proposed"), *_order_draft("early", "drafted")]
    return [*made, *_surveys(), *_check_in(), _instruction_to_cem(), *_hand_overs(), *_route(), *_run()]


def _route() -> list[Row]:
    """Where the day of one rep begins, and how long the way is from his account to his colleague's."""
    day = WorkingDay(id=ident("user.cem"), start_latitude=38.42, start_longitude=27.14)
    ends = {"from_account_id": ident("account.gemi"), "to_account_id": ident("account.kazan")}
    leg = RoadLeg(id=ident("road_leg"), minutes=35, km=41.5, **ends)
    return [(day, KORDON_FIELD), (leg, frozenset({"filiz", "hale"}))]


def _check_in() -> list[Row]:
    """The rep of izmir agreed to his position, and arrived."""
    own = {"user_id": ident("user.cem")}
    consent = PositionConsent(id=ident("consent.cem"), given_at=NOON - days(30), **own)
    arrival = CheckIn(
        id=ident("check_in.gemi"),
        visit_id=ident("visit.gemi"),
        territory_id=ident("territory.izmir"),
        region_id=ident("region.ege"),
        checked_in_at=NOON - days(3),
        latitude=38.424,
        longitude=27.143,
        **own,
    )
    return [(consent, frozenset({"cem"}) | HQ), (arrival, KORDON_FIELD)]


def _surveys() -> list[Row]:
    """One of the manager of ege with an answer, one that head office is still writing."""
    made: list[Row] = []
    for code, region, audience in (("ege", ident("region.ege"), INTERNAL), ("hq", None, MANAGERS_AND_HQ)):
        of = {"id": ident(f"survey.{code}"), "region_id": region, "author_id": ident("user.hale")}
        made.append((Survey(name=f"Anket {code}", **of), INTERNAL))
        version = SurveyVersion(
            id=ident(f"version.{code}"),
            survey_id=of["id"],
            region_id=region,
            number=1,
            title=f"Anket {code}",
            questions=[Question(key="q1", kind="single", text="Kurutma fırını var mı?", choices=("Var", "Yok")).dump()],
            published_at=NOON - days(5) if code == "ege" else None,
        )
        made.append((version, audience))
    response = SurveyResponse(
        id=ident("response.gemi"),
        survey_version_id=ident("version.ege"),
        account_id=ident("account.gemi"),
        visit_id=ident("visit.gemi"),
        user_id=ident("user.cem"),
        territory_id=ident("territory.izmir"),
        region_id=ident("region.ege"),
        answered_at=NOON - days(3),
        answers={"q1": "Var"},
    )
    return [*made, (response, KORDON_FIELD)]


def _instruction(code: str, place: Place, audience: Audience) -> Row:
    """What head office asks of whoever holds the account."""
    asked = Instruction(
        id=ident(f"instruction.{code}"),
        account_id=ident(f"account.{code}"),
        visit_id=ident(f"visit.{code}"),
        author_id=ident("user.hale"),
        text="Deneme sonucunu öğren.",
        due_on=TODAY + days(10),
        **place,
    )
    return asked, audience


def _instruction_to_cem() -> Row:
    """What his manager asks of one rep, about no account."""
    asked = Instruction(
        id=ident("instruction.cem"),
        user_id=ident("user.cem"),
        region_id=ident("region.ege"),
        author_id=ident("user.filiz"),
        text="Aracı bakıma götür.",
        due_on=TODAY + days(5),
    )
    return asked, KORDON_FIELD


def _hand_overs() -> list[Row]:
    """One that is planned, and that the account of izmir once lay in manisa."""
    planned = HandOver(
        id=ident("hand_over.izmir"),
        territory_id=ident("territory.izmir"),
        region_id=ident("region.ege"),
        to_user_id=ident("user.deniz"),
        effective_at=NOON + days(36500),
        ordered_by=ident("user.filiz"),
    )
    move = AccountMove(
        id=ident("move.gemi"),
        account_id=ident("account.gemi"),
        from_territory_id=ident("territory.manisa"),
        to_territory_id=ident("territory.izmir"),
        moved_at=NOON - days(300),
    )
    return [(planned, frozenset({"filiz", "hale"})), (move, KORDON_FIELD)]


def _photo(rep: str, visit_id: UUID, place: Place, audience: Audience) -> list[Row]:
    """A photo of the visit, with its bytes."""
    own = {"user_id": ident(f"user.{rep}"), "sha256": hashlib.sha256(PIXEL).hexdigest(), "mime": "image/png"}
    attachment = Attachment(id=ident("attachment.gemi"), visit_id=visit_id, size=len(PIXEL), **own, **place)
    blob = Blob(id=ident("blob.gemi"), size=len(PIXEL), received=len(PIXEL), state="verified", **own)
    part = BlobPart(id=ident("blob_part.gemi"), blob_id=blob.id, position=0, content=PIXEL)
    return [(row, audience) for row in (attachment, blob, part)]


def _account(code: str, name: str, place: Place, audience: Audience) -> list[Row]:
    account = Account(id=ident(f"account.{code}"), name=name, kind="customer", visit_interval_days=30, **place)
    contact = Contact(id=ident(f"contact.{code}"), name="İsmail Usta", account_id=account.id, **place)
    return [(account, audience), (contact, audience)]


def _visit(code: str, rep: str, place: Place, audience: Audience) -> list[Row]:
    visit = Visit(
        id=ident(f"visit.{code}"),
        account_id=ident(f"account.{code}"),
        user_id=ident(f"user.{rep}"),
        kind="visit",
        status="completed",
        happened_at=NOON - days(3),
        summary="Yeni hat için deneme istediler.",
        next_steps="Numune gönder",
        next_step_on=TODAY + days(4),
        **place,
    )
    participant = VisitParticipant(
        id=ident(f"participant.{code}"), visit_id=visit.id, contact_id=ident(f"contact.{code}"), **place
    )
    comment = Comment(
        id=ident(f"comment.{code}"),
        visit_id=visit.id,
        user_id=ident("user.hale"),
        text="Fiyatı sor.",
        created_at=NOON - days(2),
        **place,
    )
    pictured = _photo(rep, visit.id, place, audience) if code == "gemi" else []
    read = VisitRead(
        id=ident(f"read.{code}"), visit_id=visit.id, user_id=ident(f"user.{rep}"), read_at=NOON - days(2.5)
    )
    return [(visit, audience), (participant, audience), (comment, audience), (read, frozenset({rep})), *pictured]


def _observations(code: str, rep: str, place: Place, audience: Audience) -> list[Row]:
    seen: Place = {
        "account_id": ident(f"account.{code}"),
        "visit_id": ident(f"visit.{code}"),
        "user_id": ident(f"user.{rep}"),
        **place,
    }
    group: Place = {"product_group_id": ident("group.basic"), "observed_on": TODAY - days(3), **seen}
    ours = BrandUsage(id=ident(f"usage.{code}"), brand_id=ident("brand.ours"), quantity=amount("1200"), **group)
    rival = BrandUsage(id=ident(f"rival.{code}"), brand_id=ident("brand.rival"), quantity=amount("2800"), **group)
    potential = Potential(id=ident(f"potential.{code}"), quantity=amount("5000"), **group)
    activity = CompetitorActivity(
        id=ident(f"activity.{code}"),
        brand_id=ident("brand.rival"),
        happened_on=TODAY - days(10),
        text="Ücretsiz deneme dağıttılar.",
        **seen,
    )
    supply = SupplyLink(
        id=ident(f"supply.{code}"),
        account_id=ident(f"account.{code}"),
        brand_id=ident("brand.rival"),
        supplier="Kıvılcım Kaynak Ltd.",
        observed_on=TODAY - days(20),
        **place,
    )
    return [(row, audience) for row in (ours, rival, potential, activity, supply)]


def _quote(code: str, rep: str, place: Place, audience: Audience) -> list[Row]:
    dealer, readers = {
        "gemi": (ident("dealer.kordon"), frozenset({"ayse", "mehmet"})),
        "vinc": (ident("dealer.bogaz"), frozenset({"burak"})),
    }.get(code, (None, frozenset()))
    quote = Quote(
        id=ident(f"quote.{code}"),
        number=f"T-{code}",
        account_id=ident(f"account.{code}"),
        dealer_id=dealer,
        user_id=ident(f"user.{rep}"),
        status="issued",
        quoted_on=TODAY - days(2),
        valid_until=TODAY + days(28),
        locale="tr",
        currency="TRY",
        customer_name="Şişli / İĞÜŞÖÇ ığüşöç",
        net=amount("1980"),
        vat=amount("396"),
        total=amount("2376"),
        **place,
    )
    line = QuoteLine(
        id=ident(f"quote_line.{code}"),
        quote_id=quote.id,
        position=1,
        product_id=ident("product.e7018"),
        code="E7018-325",
        description="Bazik elektrod E7018 3,25 mm",
        quantity=amount("4"),
        unit="box",
        price=amount("495"),
        vat_percent=amount("20"),
        amount=amount("1980"),
    )
    document = QuoteDocument(id=ident(f"document.{code}"), quote_id=quote.id)
    return [(row, audience | readers) for row in (quote, line, document)]


def _order_draft(code: str, status: str) -> list[Row]:
    """What a rep proposes to a dealer; the dealer does not see one that is still being written."""
    bogaz = code == "vinc"
    dealer, rep, territory, region = (
        ("bogaz", "ece", "istanbul", "marmara") if bogaz else ("kordon", "cem", "izmir", "ege")
    )
    audience = BOGAZ_FIELD if bogaz else KORDON_FIELD
    readers = frozenset({"burak"} if bogaz else {"ayse", "mehmet"}) if status == "proposed" else frozenset()
    draft = OrderDraft(
        id=ident(f"order_draft.{code}"),
        dealer_id=ident(f"dealer.{dealer}"),
        territory_id=ident(f"territory.{territory}"),
        region_id=ident(f"region.{region}"),
        account_id=ident("account.vinc" if bogaz else "account.gemi"),
        customer_name="Vinç ve Çelik Yapı" if bogaz else "Gemi Onarım A.Ş.",
        user_id=ident(f"user.{rep}"),
        rep_name=rep.title(),
        status=status,
        note="Perşembe sevkiyatına yetişirse iyi olur.",
        priced_on=TODAY,
        currency="TRY",
        drafted_currency="TRY",
        amount=amount("1980"),
        proposed_at=NOON if status == "proposed" else None,
        created_at=NOON,
    )
    line = OrderDraftLine(
        id=ident(f"order_draft_line.{code}"),
        order_draft_id=draft.id,
        position=1,
        product_id=ident("product.e7018"),
        code="E7018-325",
        description="Bazik elektrod E7018 3,25 mm",
        quantity=amount("4"),
        unit="box",
        price=amount("495"),
        drafted_price=amount("520"),
        amount=amount("1980"),
    )
    return [(row, audience | readers) for row in (draft, line)]


def _run() -> list[Row]:
    run = MarketShareRun(
        id=ident("run"),
        period_from=TODAY - days(365),
        period_until=TODAY,
        parameters={"members": {}},
        accounts=1,
        usages=2,
    )
    line: Place = {
        "run_id": run.id,
        "product_group_id": ident("group.basic"),
        "region_id": ident("region.ege"),
    }
    cell: Place = {**line, "brand_id": ident("brand.ours")}
    counts: Place = {"accounts": 1, "sources": 1, "rolled_up": False, "latest_on": TODAY - days(3)}
    total = MarketTotal(
        id=ident("total"),
        quantity=amount("4000"),
        fresh_accounts=1,
        known_accounts=2,
        potential=amount("5000"),
        explained=amount("4000"),
        **line,
        **counts,
    )
    share = MarketShare(id=ident("share"), quantity=amount("1200"), total=amount("4000"), **cell, **counts)
    evidence = MarketShareEvidence(
        id=ident("evidence"),
        account_id=ident("account.gemi"),
        visit_id=ident("visit.gemi"),
        user_id=ident("user.cem"),
        quantity=amount("1200"),
        observed_on=TODAY - days(3),
        **cell,
    )
    ege = frozenset({"filiz"}) | HQ
    return [(run, ege | {"gokhan"}), (total, ege), (share, ege), (evidence, ege)]
