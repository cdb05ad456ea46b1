"""Laptops of the region (head office: of all), one of them, and orders to it."""

from uuid import UUID

from flask import Blueprint, Response, flash
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from fieldsync.records import LOWEST_SCHEMA, SCHEMA
from models.access import Permission
from models.base import now
from models.errors import N_
from models.sync.at_rest import get_policy
from models.sync.device import Device, DeviceStatus
from models.sync.device_order import Command, allowed, get_device, list_devices, list_orders, list_owners, order
from models.sync.health import Schemas, judge
from portal.devices.forms import OrderForm, ProtectionForm
from portal.web import db
from portal.web.forms import translated
from portal.web.lists import Filter, Listing
from portal.web.permissions import requires
from portal.web.render import render, see_other

bp = Blueprint("devices", __name__, url_prefix="/devices")

SCHEMAS = Schemas(SCHEMA, LOWEST_SCHEMA)
STATUSES = {
    DeviceStatus.ACTIVE: N_("active"),
    DeviceStatus.FROZEN: N_("blocked"),
    DeviceStatus.LOST: N_("lost"),
    DeviceStatus.WIPE: N_("to be erased"),
}
TONES = {DeviceStatus.ACTIVE: "good", DeviceStatus.FROZEN: "soon", DeviceStatus.LOST: "late", DeviceStatus.WIPE: "late"}
COMMANDS = {
    Command.FREEZE: N_("Block"),
    Command.UNFREEZE: N_("Let it go on"),
    Command.LOSE: N_("Report as lost"),
    Command.WIPE: N_("Erase"),
}
DONE = {
    Command.FREEZE: N_("The laptop is blocked: it gets no data, and what it sends is held for you."),
    Command.UNFREEZE: N_("The laptop goes on with its next contact."),
    Command.LOSE: N_("Reported as lost: it locks itself at its next contact, and the rep is signed out everywhere."),
    Command.WIPE: N_("The laptop erases its data at its next contact, after it has sent what waits."),
}
LISTING = Listing(
    sorts=("last_seen_at",),
    default_sort="-last_seen_at",
    filters=(
        Filter("rep", N_("Rep")),
        Filter("status", N_("Status"), tuple((status.value, label) for status, label in STATUSES.items())),
    ),
    size=25,
)


@bp.get("")
@requires(Permission.MANAGE_DEVICES)
def index() -> Response:
    """Laptops, those heard of last first."""
    state = LISTING.read(None, rep=[(str(user.id), user.name) for user in list_owners(db)])
    rep = state.chosen.get("rep")
    rows = list_devices(
        db,
        user_id=UUID(rep) if rep else None,
        status=state.chosen.get("status"),
        limit=state.limit,
        offset=state.offset,
    )
    page, at, encrypted = state.page(rows), now(), get_policy(db).encrypted
    return render(
        "devices/index.html",
        partial="devices/_table.html",
        page=page,
        health={device.id: judge(device, at, SCHEMAS, encrypted=encrypted) for device in page},
        statuses=translated(STATUSES),
        tones=TONES,
    )


@bp.get("/protection")
@requires(Permission.SET_FIELD_POLICY)
def edit_protection() -> Response:
    """What the company asks of data on laptops."""
    return render("devices/protection.html", form=ProtectionForm(obj=get_policy(db)))


@bp.post("/protection")
@requires(Permission.SET_FIELD_POLICY)
def save_protection() -> BaseResponse:
    """Ask for something else; each laptop follows at its next exchange."""
    policy = get_policy(db)
    form = ProtectionForm(obj=policy)
    if not form.sent():
        return render("devices/protection.html", form=form, status=422)
    form.populate_obj(policy)
    db.add(policy)
    flash(_("Saved. Each laptop follows at its next exchange."), "good")
    return see_other("devices.edit_protection")


@bp.get("/<uuid:id>")
@requires(Permission.MANAGE_DEVICES)
def show(id: UUID) -> Response:
    """One laptop: its health, what it was told, and what it may be told."""
    return page_of(get_device(db, id), OrderForm())


@bp.post("/<uuid:id>/orders")
@requires(Permission.MANAGE_DEVICES)
def create(id: UUID) -> BaseResponse:
    """Give an order."""
    device, form = get_device(db, id), OrderForm()
    if not form.sent() or not form.run(lambda: obey(device, form)):
        return page_of(get_device(db, id), form, status=422)
    flash(_(DONE[Command(form.command.data)]), "good")
    return see_other("devices.show", id=id)


def obey(device: Device, form: OrderForm) -> None:
    """Do what the form says."""
    order(db, device.id, Command(form.command.data), reason=form.reason.data or "", confirmed=form.confirmed.data)


def page_of(device: Device, form: OrderForm, status: int = 200) -> Response:
    """The page of one laptop."""
    return render(
        "devices/show.html",
        device=device,
        findings=judge(device, now(), SCHEMAS, encrypted=get_policy(db).encrypted),
        orders=list_orders(db, device.id),
        commands=[(command, _(COMMANDS[command])) for command in allowed(device)],
        statuses=translated(STATUSES),
        tones=TONES,
        form=form,
        status=status,
    )
