"""Every module that maps a table, imported once so that `Base.metadata` is complete."""

from sqlalchemy import exists, literal, or_, select

from models import (
    account,
    check_in,
    dealer,
    event,
    external_key,
    hand_over,
    instruction,
    job_run,
    lead,
    letterhead,
    market,
    order,
    order_draft,
    outbox,
    price,
    product,
    quote,
    region,
    stock,
    survey,
    user,
    visit,
)
from models.base import Base
from models.importing import history as import_history
from models.importing import upload as import_upload
from models.market import run as market_share_run
from models.market import supply
from models.quote import document as quote_document
from models.route import road, working_day
from models.session import Session
from models.sync import at_rest as sync_at_rest
from models.sync import blob as sync_blob
from models.sync import conflict as sync_conflict
from models.sync import decision as sync_decision
from models.sync import device as sync_device
from models.sync import device_order as sync_device_order
from models.sync import feed as sync_feed
from models.sync import inbox as sync_inbox
from models.sync import notice as sync_notice
from models.sync import snapshot as sync_snapshot
from models.user import session as user_session
from models.user import sign_in

MODULES = (
    account,
    check_in,
    dealer,
    event,
    external_key,
    hand_over,
    import_history,
    import_upload,
    instruction,
    job_run,
    lead,
    letterhead,
    market,
    market_share_run,
    order,
    order_draft,
    outbox,
    price,
    product,
    quote,
    quote_document,
    region,
    road,
    sign_in,
    stock,
    supply,
    sync_at_rest,
    survey,
    sync_blob,
    sync_conflict,
    sync_decision,
    sync_device,
    sync_device_order,
    sync_feed,
    sync_inbox,
    sync_notice,
    sync_snapshot,
    user,
    user_session,
    visit,
    working_day,
)

metadata = Base.metadata


def holds_records(db: Session) -> bool:
    """Whether any table holds something that somebody would miss: queues, marks and the like do not count."""
    kept = (mapped.__table__ for mapped in mapped_classes() if mapped.__audited__)
    return bool(db.scalar(select(or_(*(exists(select(literal(1)).select_from(table)) for table in kept)))))


def mapped_classes() -> list[type[Base]]:
    """Every mapped class, in the order of table names."""
    return sorted((mapper.class_ for mapper in Base.registry.mappers), key=lambda mapped: str(mapped.__tablename__))


def audited_tables() -> list[str]:
    """The tables whose changes leave events."""
    return [str(mapped.__tablename__) for mapped in mapped_classes() if mapped.__audited__]
