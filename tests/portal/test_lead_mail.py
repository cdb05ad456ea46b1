"""A dealer to whom a lead is offered is told by mail, and not who asks."""

from collections.abc import Callable
from types import ModuleType

from models.access import Principal
from models.outbox import OutboxMail
from models.session import Database
from tests.portal.conftest import CONFIG, Browser
from tests.world import ident

SYSTEM = Principal.system("test")


def test_head_office_offers_a_lead_and_the_dealer_gets_a_mail(
    as_user: Callable[[str], Browser], system_database: Database, world: ModuleType
) -> None:
    form = {"company": "Gizli Tersane", "wanted": "Bazik elektrod", "source": "telephone", "offer": "y"}
    form |= {"province": str(ident("province.TR-35")), "group": str(ident("group.basic")), "confirmed": "yes"}
    assert as_user("hq@example.com").submit("/leads", form).status_code == 303
    with system_database.open(SYSTEM) as db:
        mails = db.query(OutboxMail).filter(OutboxMail.idempotency_key.startswith("lead_offered:")).all()
        (mail,) = mails
        assert mail.recipient == "kordon@example.com"
        assert "Bazik elektrod" in mail.subject
        assert "Gizli Tersane" not in mail.body_text + str(mail.body_html)
        assert f"{CONFIG.address}/leads/" in mail.body_text
