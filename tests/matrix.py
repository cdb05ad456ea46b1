"""Who may use which route: one row each. A new route needs a row here, and the tests try it with everybody.

A row says which roles may, and which records of the cast stand for `<uuid:id>`: one's own, another dealer's, another
territory's. Who sees which record is known from the cast itself (`tests.world`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

OWNER, STAFF, REP, MANAGER, HQ = "dealer_owner", "dealer_staff", "rep", "manager", "hq"
DEALERS = (OWNER, STAFF)
FIELD = (REP, MANAGER, HQ)
EVERYBODY = (*DEALERS, *FIELD)
PUBLIC = ()
"""Also for who is not signed in."""


@dataclass(frozen=True)
class Row:
    """One route: its roles, the records tried as its id, and what else its address needs.

    `STAFF` stands for staff without any granted right. `seen_by` replaces, for a record, the cast's word on who sees it
    ("*" is everybody), where a route shows less than the row policy would.
    """

    roles: tuple[str, ...]
    records: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    seen_by: Mapping[str, str] = field(default_factory=dict)
    json: bool = False
    """Whether it takes JSON from our own origin instead of a form with a token."""


STAFF_RECORDS = ("user.mehmet", "user.ayse", "user.burak", "user.cem")
STAFF_SEEN = {"user.mehmet": "ayse mehmet", "user.ayse": "", "user.burak": "", "user.cem": ""}
VISIT_RECORDS = ("visit.gemi", "visit.kazan", "visit.vinc")
GROUP_SEEN = {"group.basic": "*", "group.consumables": "*", "account.gemi": ""}
TEAM_SEEN = {"user.cem": "filiz hale", "user.ece": "gokhan hale", "user.filiz": ""}
MAILS = ("mail",)
ORDER_DRAFTS = ("order_draft.gemi", "order_draft.vinc", "order_draft.early")
QUOTES = ("quote.gemi", "quote.vinc")
SELLING = (OWNER, *FIELD)
USER_RECORDS = ("user.burak", "user.cem", "user.filiz")
LEADS = ("lead.kordon", "lead.bogaz")

OPERATIONS = ("operation.cem", "operation.late")
CONFLICTS = ("conflict.cem",)
BLOB = {"sha256": "0" * 64}
SURVEYS = ("survey.ege", "survey.hq")
SURVEYS_WRITTEN = {"survey.ege": "filiz hale", "survey.hq": "hale"}
INSTRUCTIONS = ("instruction.gemi", "instruction.vinc", "instruction.cem")
HAND_OVERS = ("hand_over.izmir",)
ACCOUNTS = ("account.gemi", "account.vinc")
DEVICES = ("device.cem", "device.ece")

MATRIX: dict[str, Row] = {
    "accounts.index": Row(FIELD),
    "accounts.show": Row(FIELD, ("account.gemi", "account.vinc")),
    "components.show": Row(PUBLIC),
    "dealers.index": Row(FIELD),
    "dealers.show": Row(FIELD, ("dealer.kordon", "dealer.bogaz")),
    "desk.show": Row(EVERYBODY),
    "devices.create": Row((MANAGER, HQ), DEVICES),
    "devices.edit_protection": Row((HQ,)),
    "devices.index": Row((MANAGER, HQ)),
    "devices.save_protection": Row((HQ,)),
    "devices.show": Row((MANAGER, HQ), DEVICES),
    "digest.show": Row((OWNER,)),
    "events.index": Row((HQ,)),
    "field.catalogue": Row(PUBLIC, values={"locale": "tr"}),
    "field.index": Row(PUBLIC),
    "field.manifest": Row(PUBLIC),
    "field.session": Row((REP,)),
    "field.worker": Row(PUBLIC),
    "fieldsync.get_catalogue": Row((REP,), ("snapshot",), seen_by={"snapshot": "*"}),
    "fieldsync.get_blob": Row((REP,), values=BLOB, json=True),
    "fieldsync.patch_blob": Row((REP,), values=BLOB, json=True),
    "fieldsync.post_blob": Row((REP,), values=BLOB, json=True),
    "fieldsync.post_device": Row(PUBLIC, json=True),
    "fieldsync.post_import": Row((HQ,), json=True),
    "fieldsync.post_pull": Row((REP,), json=True),
    "fieldsync.post_push": Row((REP,), json=True),
    "fieldsync.post_register": Row((REP,), json=True),
    "fieldsync.post_unlock": Row((REP,), json=True),
    "fieldsync.post_route": Row((REP,), json=True),
    "hand_overs.cancel_one": Row((MANAGER, HQ), HAND_OVERS),
    "hand_overs.create_account": Row((MANAGER, HQ), ACCOUNTS),
    "hand_overs.create_territory": Row((MANAGER, HQ)),
    "hand_overs.index": Row((MANAGER, HQ)),
    "hand_overs.new_account": Row((MANAGER, HQ), ACCOUNTS),
    "home.health": Row(PUBLIC),
    "home.show": Row(EVERYBODY),
    "imports.create": Row((HQ,)),
    "imports.download": Row((HQ,), values={"kind": "stock"}),
    "imports.edit": Row((HQ,), ("import_run",)),
    "imports.index": Row((HQ,)),
    "imports.lay_out": Row((HQ,), ("import_run",)),
    "imports.load_now": Row((HQ,), ("import_run",)),
    "imports.new": Row((HQ,)),
    "imports.remove": Row((HQ,), ("import_run",)),
    "imports.save": Row((HQ,), ("import_run",)),
    "imports.show": Row((HQ,), ("import_run",)),
    "instructions.create": Row((MANAGER, HQ)),
    "instructions.index": Row((MANAGER, HQ)),
    "instructions.new": Row((MANAGER, HQ)),
    "instructions.reopen": Row((MANAGER, HQ), INSTRUCTIONS),
    "instructions.rewrite": Row((MANAGER, HQ), INSTRUCTIONS),
    "instructions.show": Row(FIELD, INSTRUCTIONS),
    "instructions.withdraw": Row((MANAGER, HQ), INSTRUCTIONS),
    "leads.accept": Row((OWNER,), LEADS),
    "leads.create": Row((HQ,)),
    "leads.decline": Row((OWNER,), LEADS),
    "leads.disqualify": Row((HQ,), LEADS),
    "leads.index": Row((OWNER, *FIELD)),
    "leads.new": Row((HQ,)),
    "leads.offer": Row((HQ,), LEADS),
    "leads.show": Row((OWNER, *FIELD), LEADS),
    "orders.index": Row((OWNER, *FIELD)),
    "orders.show": Row((OWNER, *FIELD), ("order.kordon", "order.bogaz")),
    "market.index": Row((MANAGER, HQ)),
    "market.show": Row((MANAGER, HQ), ("group.basic", "account.gemi"), seen_by=GROUP_SEEN),
    "market.show_total": Row((MANAGER, HQ), ("group.consumables", "account.gemi"), seen_by=GROUP_SEEN),
    "letterhead.edit": Row((HQ,)),
    "letterhead.save": Row((HQ,)),
    "order_drafts.decline": Row((OWNER,), ORDER_DRAFTS),
    "order_drafts.index": Row(SELLING),
    "order_drafts.show": Row(SELLING, ORDER_DRAFTS),
    "order_drafts.take": Row((OWNER,), ORDER_DRAFTS),
    "outbox.download": Row((HQ,), MAILS),
    "outbox.html": Row((HQ,), MAILS),
    "outbox.index": Row((HQ,)),
    "outbox.retry": Row((HQ,), MAILS),
    "outbox.show": Row((HQ,), MAILS),
    "preferences.create": Row(PUBLIC),
    "jobs.create": Row((HQ,), values={"name": "housekeeping"}),
    "jobs.index": Row((HQ,)),
    "profile.end_one": Row(EVERYBODY, ("session.burak",), seen_by={"session.burak": "burak"}),
    "profile.end_others": Row(EVERYBODY),
    "profile.set_password": Row(EVERYBODY),
    "profile.show": Row(EVERYBODY),
    "quarantine.accept_one": Row(FIELD, OPERATIONS),
    "quarantine.accept_several": Row(FIELD),
    "quarantine.decide_conflict": Row(FIELD, CONFLICTS),
    "quarantine.give_up": Row(FIELD, OPERATIONS),
    "quarantine.index": Row(FIELD),
    "quarantine.new_file": Row((HQ,)),
    "quarantine.pass_on": Row((MANAGER, HQ), OPERATIONS),
    "quarantine.show": Row(FIELD, OPERATIONS),
    "quarantine.take_file": Row((HQ,)),
    "quarantine.show_conflict": Row(FIELD, CONFLICTS),
    "quotes.ask": Row(SELLING, QUOTES),
    "quotes.create": Row(FIELD),
    "quotes.document": Row(SELLING, QUOTES),
    "quotes.download": Row(SELLING, QUOTES),
    "quotes.edit": Row(FIELD, QUOTES),
    "quotes.index": Row(SELLING),
    "quotes.issue_now": Row(FIELD, QUOTES),
    "quotes.new": Row(FIELD),
    "quotes.products": Row(FIELD),
    "quotes.remove": Row(FIELD, QUOTES),
    "quotes.save": Row(FIELD, QUOTES),
    "quotes.take_prices": Row(FIELD, QUOTES),
    "quotes.show": Row(SELLING, QUOTES),
    "search.index": Row(EVERYBODY),
    "sign_in.accept": Row(PUBLIC, values={"token": "unknown"}),
    "sign_in.create": Row(PUBLIC),
    "sign_in.delete": Row(PUBLIC),
    "sign_in.show": Row(PUBLIC),
    "sign_in.show_invitation": Row(PUBLIC, values={"token": "unknown"}),
    "staff.create": Row((OWNER,)),
    "staff.grant": Row((OWNER,), STAFF_RECORDS, seen_by=STAFF_SEEN),
    "staff.index": Row((OWNER,)),
    "staff.invite_again": Row((OWNER,), STAFF_RECORDS, seen_by=STAFF_SEEN),
    "staff.new": Row((OWNER,)),
    "staff.show": Row((OWNER,), STAFF_RECORDS, seen_by=STAFF_SEEN),
    "staff.switch": Row((OWNER,), STAFF_RECORDS, seen_by=STAFF_SEEN),
    "stock.index": Row(EVERYBODY),
    "stock.show": Row(EVERYBODY, ("product.e7018",)),
    "static": Row(PUBLIC, values={"version": "dev", "name": "css/portal.css"}),
    "surveys.create": Row((MANAGER, HQ)),
    "surveys.edit": Row((MANAGER, HQ), SURVEYS, seen_by=SURVEYS_WRITTEN),
    "surveys.end": Row((MANAGER, HQ), SURVEYS, seen_by=SURVEYS_WRITTEN),
    "surveys.index": Row((MANAGER, HQ)),
    "surveys.save": Row((MANAGER, HQ), SURVEYS, seen_by=SURVEYS_WRITTEN),
    "surveys.show": Row((MANAGER, HQ), SURVEYS),
    "team.index": Row((MANAGER, HQ)),
    "team.route": Row((MANAGER, HQ), ("user.cem", "user.ece", "user.filiz"), seen_by=TEAM_SEEN),
    "team.show": Row((MANAGER, HQ), ("user.cem", "user.ece", "user.filiz"), seen_by=TEAM_SEEN),
    "users.create": Row((HQ,)),
    "users.index": Row((HQ,)),
    "users.new": Row((HQ,)),
    "users.reset_password": Row((HQ,), USER_RECORDS),
    "users.save": Row((HQ,), USER_RECORDS),
    "users.show": Row((HQ,), USER_RECORDS),
    "users.switch": Row((HQ,), USER_RECORDS),
    "visits.create_comment": Row(FIELD, VISIT_RECORDS),
    "visits.index": Row(FIELD),
    "visits.photo": Row(FIELD, ("attachment.gemi",)),
    "visits.show": Row(FIELD, VISIT_RECORDS),
}
