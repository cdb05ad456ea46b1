"""The demo world as a table of contents: each part builds on those before it."""

from __future__ import annotations

from datetime import date

from models.session import Session
from portal.demo.accounts import add_accounts
from portal.demo.calendar import Calendar
from portal.demo.catalogue import add_catalogue
from portal.demo.credit import add_credit
from portal.demo.dealers import add_dealers
from portal.demo.geography import add_geography
from portal.demo.instructions import add_instructions
from portal.demo.laptops import add_laptops
from portal.demo.leads import add_leads
from portal.demo.market import add_runs
from portal.demo.order_drafts import add_order_drafts
from portal.demo.orders import add_orders
from portal.demo.people import add_staff
from portal.demo.photos import add_photos
from portal.demo.prices import add_prices
from portal.demo.quotes import add_letterhead, add_quotes
from portal.demo.remarks import add_remarks
from portal.demo.scene import WHOLE, Scale, Scene
from portal.demo.stock import add_stock
from portal.demo.supply import add_supply
from portal.demo.surveys import add_surveys
from portal.demo.usage import add_usage, choose_brands
from portal.demo.visits import add_visits
from portal.demo.working_days import add_roads, add_working_days


def build(db: Session, day: date, scale: Scale = WHOLE) -> Scene:
    """Fill an empty database with the world as it stands on the morning of `day`."""
    scene = Scene(db, Calendar(day), scale)
    add_geography(scene)
    add_catalogue(scene)
    add_staff(scene)
    add_dealers(scene)
    prices = add_prices(scene)
    add_stock(scene)
    add_accounts(scene)
    add_orders(scene, prices)
    add_credit(scene)
    choose_brands(scene)
    add_working_days(scene)
    add_roads(scene)
    done = add_visits(scene)
    add_usage(scene, done)
    add_supply(scene)
    add_remarks(scene, done)
    add_instructions(scene, done)
    add_surveys(scene, done, add_photos(scene, done))
    add_laptops(scene)
    add_leads(scene)
    add_letterhead(scene)
    add_quotes(scene, done)
    add_order_drafts(scene, done)
    add_runs(scene)
    return scene
