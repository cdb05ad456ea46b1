"""Every module that maps a table, imported once so that `Base.metadata` is complete."""

from models import (
    account,
    dealer,
    event,
    external_key,
    job_run,
    lead,
    letterhead,
    market,
    order,
    outbox,
    price,
    product,
    quote,
    region,
    stock,
    user,
    visit,
)
from models.base import Base
from models.importing import history as import_history
from models.importing import upload as import_upload
from models.market import run as market_share_run
from models.quote import document as quote_document
from models.sync import conflict as sync_conflict
from models.sync import device as sync_device
from models.sync import feed as sync_feed
from models.sync import inbox as sync_inbox
from models.user import session as user_session
from models.user import sign_in

MODULES = (
    account,
    dealer,
    event,
    external_key,
    import_history,
    import_upload,
    job_run,
    lead,
    letterhead,
    market,
    market_share_run,
    order,
    outbox,
    price,
    product,
    quote,
    quote_document,
    region,
    sign_in,
    stock,
    sync_conflict,
    sync_device,
    sync_feed,
    sync_inbox,
    user,
    user_session,
    visit,
)

metadata = Base.metadata


def mapped_classes() -> list[type[Base]]:
    """Every mapped class, in the order of table names."""
    return sorted((mapper.class_ for mapper in Base.registry.mappers), key=lambda mapped: str(mapped.__tablename__))


def audited_tables() -> list[str]:
    """The tables whose changes leave events."""
    return [str(mapped.__tablename__) for mapped in mapped_classes() if mapped.__audited__]
