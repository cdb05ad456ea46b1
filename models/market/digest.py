"""The market as a dealer may know it: aggregates that no single account, and no competitor, can be read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from sqlalchemy import Date, Numeric, Uuid, column, func, nulls_last, select

from models.product import Brand, ProductGroup
from models.session import Session


@dataclass(frozen=True, slots=True)
class DigestShare:
    """The share of one brand in whole percents, as a fraction; no brand stands for all others together."""

    brand: Brand | None
    share: Decimal


@dataclass(frozen=True, slots=True)
class DigestGroup:
    """What is printed of one product group, our brands first, then the largest."""

    product_group: ProductGroup
    shares: Sequence[DigestShare]


@dataclass(frozen=True, slots=True)
class Digest:
    """The newest run as far as it may be told; `period_until` is None when nothing may."""

    groups: Sequence[DigestGroup]
    period_from: date | None = None
    period_until: date | None = None


_PRINTED = func.market_digest().table_valued(
    column("product_group_id", Uuid),
    column("brand_id", Uuid),
    column("share", Numeric),
    column("period_from", Date),
    column("period_until", Date),
)


def read_digest(db: Session) -> Digest:
    """The digest for the dealer on whose behalf `db` runs; anybody else is refused by the database."""
    query = (
        select(ProductGroup, Brand, _PRINTED.c.share, _PRINTED.c.period_from, _PRINTED.c.period_until)
        .select_from(_PRINTED)
        .join(ProductGroup, ProductGroup.id == _PRINTED.c.product_group_id)
        .join(Brand, Brand.id == _PRINTED.c.brand_id, isouter=True)
        .order_by(
            ProductGroup.name_sort,
            ProductGroup.id,
            nulls_last(Brand.ours.desc()),
            _PRINTED.c.share.desc(),
            Brand.name_sort,
        )
    )
    rows = db.execute(query).all()
    groups = [
        DigestGroup(product_group, [DigestShare(brand, share) for _, brand, share, _, _ in printed])
        for product_group, printed in groupby(rows, key=lambda row: row[0])
    ]
    return Digest(groups, *(rows[0][3:5] if rows else ()))
