"""Everybody who is not on a laptop: the manager and head office, working through the models under their own rights."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from uuid import UUID

from sqlalchemy import text

from fieldsync import decisions
from models.account import Account, Contact
from models.base import now
from models.errors import Refused
from models.hand_over import hand_over_account, hand_over_territory
from models.instruction import instruct
from models.region import Territory
from models.sync.device import Device, DeviceStatus
from models.user import User
from models.visit import Visit, comment
from tests.fieldsync.simulation.stage import Stage

DUE = date(2026, 6, 1)


class Office:
    """What others do to the records and to the laptops, each act a transaction of its own."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def edit_account(self, account_id: UUID, field: str, value: str) -> None:
        """The manager corrects an account."""
        with self.stage.database.transaction(self.stage.principal("manager")) as db:
            setattr(db.get_one(Account, account_id), field, value)

    def comment(self, visit_id: UUID, words: str) -> None:
        """The manager writes under a visit."""
        with self.stage.database.transaction(self.stage.principal("manager")) as db:
            comment(db, db.get_one(Visit, visit_id), words)

    def instruct(self, account_id: UUID, words: str) -> None:
        """The manager asks something of whoever holds the account."""
        with self.stage.database.transaction(self.stage.principal("manager")) as db:
            instruct(db, words, DUE, account=db.get_one(Account, account_id))

    def move_account(self, account_id: UUID, territory_id: UUID) -> None:
        """The manager hands an account over to another territory of the region; all that hangs on it goes along."""
        with suppress(Refused), self.stage.database.transaction(self.stage.principal("manager")) as db:
            account, territory = db.get_one(Account, account_id), db.get_one(Territory, territory_id)
            hand_over_account(db, account, territory, now())

    def give_territory(self, territory_id: UUID, user_id: UUID) -> None:
        """Head office gives a territory to another rep."""
        with suppress(Refused), self.stage.database.transaction(self.stage.principal("hq")) as db:
            hand_over_territory(db, db.get_one(Territory, territory_id), db.get_one(User, user_id), now())

    def delete_contact(self, contact_id: UUID) -> None:
        """Head office removes a contact, from the visits where it took part too."""
        with self.stage.database.transaction(self.stage.principal("hq")) as db:
            db.execute(text("delete from visit_participant where contact_id = :id"), {"id": contact_id})
            if contact := db.get(Contact, contact_id):
                db.delete(contact)

    def decide(self, op_id: UUID, how: str) -> None:
        """The manager accepts an operation that could not be applied, hands it over or discards it.

        Where that cannot be done he is told why, and it goes on waiting.
        """
        with suppress(Refused), self.stage.database.transaction(self.stage.principal("manager")) as db:
            match how:
                case "accept":
                    decisions.accept(db, op_id)
                case "discard":
                    decisions.discard(db, op_id, "not wanted")
                case _:
                    decisions.hand_over(db, op_id, "an account")

    def set_device(self, device_id: str, status: DeviceStatus) -> None:
        """The manager freezes, frees or wipes a laptop."""
        with self.stage.database.transaction(self.stage.principal("manager")) as db:
            if device := db.get(Device, UUID(device_id)):
                device.status = status
