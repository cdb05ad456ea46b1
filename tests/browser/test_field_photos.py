"""Photos taken with no network, in a real browser: kept, sent once behind the visit, and seen by the manager."""

import hashlib
import io
from types import ModuleType

from PIL import Image
from playwright.sync_api import FilePayload, expect
from sqlalchemy import select, update

from models.session import Database
from models.survey import SurveyVersion
from models.survey.questions import Question
from models.sync.blob import Attachment, Blob, content_of
from tests.browser.conftest import Laptop, faults
from tests.browser.test_field_offline import SYSTEM, back_online, on_the_road
from tests.browser.test_field_records import go

ORIENTATION, PLACE = 0x0112, 0x8825
QUARTER_TURN = 6


def photo(name: str, colour: str) -> FilePayload:
    """A large photo as a telephone makes it: on its side, and with the place where it was taken."""
    exif = Image.Exif()
    exif[ORIENTATION] = QUARTER_TURN
    exif[PLACE] = {1: "N", 2: (38.0, 25.0, 0.0)}
    made = io.BytesIO()
    Image.new("RGB", (1700, 850), colour).save(made, "JPEG", exif=exif)
    return {"name": name, "mimeType": "image/jpeg", "buffer": made.getvalue()}


def test_photos_taken_offline_outlive_the_tab_arrive_once_and_the_manager_sees_them(
    laptop: Laptop, world: ModuleType, database: Database, system_database: Database
) -> None:
    asks = [Question(key="q1", kind="photo", text="The store?").dump()]
    with system_database.transaction(SYSTEM) as db:
        db.execute(update(SurveyVersion).where(SurveyVersion.id == world.ident("version.ege")).values(questions=asks))
    page = on_the_road(laptop)
    page.context.set_offline(True)
    go(page, f"/accounts/{world.ident('account.gemi')}/visit")
    files: list[FilePayload] = [photo("a.jpg", "navy"), {"name": "b.txt", "mimeType": "", "buffer": b"no picture"}]
    page.set_input_files("#photos", files)
    expect(page.locator("#photo-card .notice")).to_contain_text("“b.txt” cannot be read as a picture.")
    page.set_input_files("#photos", photo("c.jpg", "maroon"))
    shown = page.locator("#photo-card [data-photo]")
    expect(shown).to_have_count(2)
    shown.nth(1).get_by_role("button").click()
    expect(shown).to_have_count(1)
    page.locator("[data-undo=photo]").click()
    shown.nth(1).get_by_role("button").click()
    shown.first.locator("input").fill("Root pass")
    page.locator("[data-survey] summary").click()
    page.locator("[data-survey] input[multiple]").set_input_files(photo("d.jpg", "olive"))
    expect(page.locator("[data-survey] [data-photo] img")).to_be_visible()
    expect(page.locator("#bar-state")).to_contain_text("Draft kept")
    assert faults(page) == []
    page.reload()
    expect(page.locator("#photo-card [data-photo] input")).to_have_value("Root pass")
    page.click("#save")
    expect(page.locator("#photos li")).to_contain_text("Root pass")
    page.locator(".sync").click()
    expect(page.locator("#waiting-photos li")).to_have_count(2)
    assert faults(page) == []

    page.context.set_offline(False)
    back_online(page)
    expect(page.locator(".sync")).to_contain_text("Everything is sent")
    with system_database.open(SYSTEM) as db:
        fresh = select(Attachment.sha256).where(Attachment.id != world.ident("attachment.gemi"))
        blobs = db.scalars(select(Blob).where(Blob.sha256.in_(fresh))).all()
        assert (len(db.scalars(fresh).all()), [each.state for each in blobs]) == (2, ["verified"] * 2)
        for blob in blobs:
            content = content_of(db, blob)
            assert hashlib.sha256(content).hexdigest() == blob.sha256
            with Image.open(io.BytesIO(content)) as picture:
                assert (picture.size, dict(picture.getexif())) == ((800, 1600), {})
        visit = db.scalars(select(Attachment.visit_id).where(Attachment.caption == "Root pass")).one()
    page.context.clear_cookies()
    laptop.sign_in("manager@example.com", f"/visits/{visit}")
    pictures = page.locator("#visit .photos img")
    expect(pictures).to_have_count(2)
    expect(page.get_by_alt_text("Root pass")).to_be_visible()
    expect(page.get_by_alt_text("The store?")).to_be_attached()
    assert page.get_by_alt_text("Root pass").evaluate("image => image.decode().then(() => image.naturalHeight)") == 1600
