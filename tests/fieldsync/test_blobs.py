"""Photos: sent in parts, broken off anywhere, checked, and seen by whoever may see the visit."""

import hashlib
import io
import os
import uuid
from types import ModuleType
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from models.base import now
from models.errors import NotFound
from models.session import Database
from models.sync.blob import Blob, BlobPart, State, forget_orphans, get_attachment, get_blob, list_attachments
from models.user.session import start_session
from tests import world as people
from tests.fieldsync.cast import SYSTEM, Cast
from tests.fieldsync.client import Client
from tests.fieldsync.test_push import visit_patch
from tests.fieldsync.test_routes import Browser, browser, stranger
from tests.world import days

__all__ = ["browser", "stranger"]
PART = {"Content-Type": "application/offset+octet-stream"}


def picture(side: int = 200) -> bytes:
    """A JPEG that compresses badly."""
    made = io.BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(made, "JPEG", quality=90)
    return made.getvalue()


PHOTO = picture()
SHA = hashlib.sha256(PHOTO).hexdigest()


def announce(browser: Browser, data: bytes = PHOTO, mime: str = "image/jpeg", **more: Any) -> TestResponse:
    sha = hashlib.sha256(data).hexdigest()
    return browser.post(f"blobs/{sha}", {"size": len(data), "mime": mime} | more)


def send(browser: Browser, offset: int, part: bytes, sha: str = SHA) -> TestResponse:
    headers = PART | {"Upload-Offset": str(offset), "Origin": "http://localhost", "Accept": "application/json"}
    return browser.http.patch(f"/fieldsync/v1/blobs/{sha}", data=part, headers=headers)


def head(browser: Browser, sha: str = SHA) -> TestResponse:
    return browser.http.head(f"/fieldsync/v1/blobs/{sha}")


def fetch(browser: Browser, sha: str = SHA) -> TestResponse:
    return browser.http.get(f"/fieldsync/v1/blobs/{sha}", headers={"Accept": "application/json"})


def count(database: Database, cls: type) -> int:
    with database.open(SYSTEM) as db:
        return db.scalar(select(func.count()).select_from(cls)) or 0


def test_photo_is_sent_in_parts_and_read_back(browser: Browser) -> None:
    assert announce(browser).get_json()["received"] == 0
    half = len(PHOTO) // 2
    assert send(browser, 0, PHOTO[:half]).get_json()["state"] == "receiving"
    told = head(browser).headers
    assert (told["Upload-Offset"], told["Upload-Length"], told["Upload-State"]) == (
        str(half),
        str(len(PHOTO)),
        "receiving",
    )
    assert fetch(browser).status_code == 409, "what is not whole is not handed out"
    assert send(browser, half, PHOTO[half:]).get_json()["state"] == "verified"
    got = fetch(browser)
    assert (got.data, got.mimetype) == (PHOTO, "image/jpeg")
    assert "immutable" in got.headers["Cache-Control"]


def test_photo_broken_off_at_any_byte_goes_on_there(browser: Browser) -> None:
    announce(browser)
    received = 0
    for cut in (1, 2, 11, 12, 13, 1000, len(PHOTO) - 1, len(PHOTO)):
        answer = send(browser, received, PHOTO[received:cut])
        lost = send(browser, received, PHOTO[received:cut])  # the answer was lost, so it comes again
        assert lost.status_code == 409
        received = answer.get_json()["received"]
        assert (received, lost.get_json()["received"]) == (cut, cut)
    assert fetch(browser).data == PHOTO


def test_other_bytes_than_announced_are_thrown_away_and_sent_again(browser: Browser, system_database: Database) -> None:
    announce(browser)
    answer = send(browser, 0, PHOTO[:-1] + b"?").get_json()
    assert (answer["error"], answer["received"], answer["state"]) == ("bad_hash", 0, "receiving")
    assert count(system_database, BlobPart) == 0
    assert send(browser, 0, PHOTO).get_json()["state"] == "verified"


def test_what_is_no_picture_is_refused_whatever_it_is_called(browser: Browser, system_database: Database) -> None:
    page = b"<html><script>alert(1)</script></html>"
    sha = hashlib.sha256(page).hexdigest()
    announce(browser, page)
    assert send(browser, 0, page, sha).get_json()["state"] == "refused"
    assert (fetch(browser, sha).status_code, count(system_database, BlobPart)) == (409, 0)
    assert send(browser, 0, page, sha).status_code == 409, "nor is it taken in again"


@pytest.mark.parametrize(
    ("size", "mime", "status"),
    [(10**8, "image/jpeg", 422), (0, "image/jpeg", 422), (9, "text/html", 422), ("9", "image/jpeg", 400), (9, 7, 400)],
)
def test_announcement_of_no_photo_is_refused(browser: Browser, size: Any, mime: Any, status: int) -> None:
    assert browser.post(f"blobs/{SHA}", {"size": size, "mime": mime}).status_code == status


def test_announced_twice_is_once_and_otherwise_is_told(browser: Browser, system_database: Database) -> None:
    announce(browser)
    assert announce(browser).status_code == 200
    assert announce(browser, size=5).get_json()["error"] == "announced_otherwise"
    assert count(system_database, Blob) == 1


@pytest.mark.parametrize("offset", ["", "-1", "x", "1.5", "9" * 12])
def test_part_without_a_place_is_a_broken_request(browser: Browser, offset: str) -> None:
    announce(browser)
    headers = PART | {"Upload-Offset": offset, "Origin": "http://localhost", "Accept": "application/json"}
    assert browser.http.patch(f"/fieldsync/v1/blobs/{SHA}", data=b"x", headers=headers).status_code == 400


def test_part_that_is_too_large_or_beyond_the_end_is_not_taken(browser: Browser) -> None:
    announce(browser)
    assert send(browser, 0, b"x" * (512 * 1024 + 1)).status_code == 413
    assert send(browser, 0, PHOTO + b"x").status_code == 409
    assert send(browser, 5, PHOTO[5:]).get_json()["received"] == 0


def test_another_site_s_page_sends_nothing(browser: Browser) -> None:
    announce(browser)
    headers = PART | {"Upload-Offset": "0", "Origin": "https://elsewhere.example"}
    assert browser.http.patch(f"/fieldsync/v1/blobs/{SHA}", data=PHOTO, headers=headers).status_code == 403


@pytest.mark.parametrize("name", ["x", "Z" * 64, "a" * 63])
def test_name_that_is_no_hash_is_a_broken_request(browser: Browser, name: str) -> None:
    assert fetch(browser, name).status_code == 400


def other_rep(stranger: Browser, database: Database, cast: Cast) -> Browser:
    with database.transaction(cast.principal("rep2")) as db:
        token = start_session(db, "127.0.0.1", "test")
    with stranger.http.session_transaction() as session:
        session["_user_id"] = token
    return stranger


def test_photo_of_another_territory_is_nobody_else_s(
    browser: Browser, database: Database, cast: Cast, system_database: Database
) -> None:
    announce(browser)
    send(browser, 0, PHOTO)
    other = other_rep(Browser(browser.http.application.test_client()), database, cast)
    assert fetch(other).status_code == 409
    assert announce(other).get_json()["received"] == 0, "knowing the hash is not having the photo"
    assert count(system_database, Blob) == 2


def test_attachment_travels_like_any_record_and_needs_its_visit(rep: Client, cast: Cast) -> None:
    visit = rep.op("visit", "create", visit_patch(cast))
    patch = {"visit_id": visit["id"], "sha256": SHA, "mime": "image/jpeg", "size": len(PHOTO)}
    photo = rep.op("attachment", "create", patch | {"caption": "Kaynak dikişi"})
    assert [result["verdict"] for result in rep.push(visit, photo)] == ["applied", "applied"]
    rep.pull()
    assert rep.record("attachment", photo["id"])["sha256"] == SHA
    nowhere = {"visit_id": str(uuid.uuid4())}
    for wrong in ({"sha256": "x"}, {"mime": "text/html"}, {"size": 0}, {"size": 10**9}, nowhere):
        (result,) = rep.push(rep.op("attachment", "create", patch | wrong))
        assert result["verdict"] == "needs_fix", wrong


def test_bytes_that_belong_nowhere_are_removed_after_a_while(
    browser: Browser, cast: Cast, system_database: Database
) -> None:
    kept, orphan, half = picture(20), picture(21), picture(22)
    browser.push([visit := browser.op(cast, 1)])
    sha = hashlib.sha256(kept).hexdigest()
    patch = {"visit_id": visit["id"], "sha256": sha, "mime": "image/jpeg", "size": len(kept)}
    ids = {"op_id": str(uuid.uuid4()), "id": str(uuid.uuid4())}
    browser.push([{"seq": 2, **ids, "kind": "attachment", "action": "create", "patch": patch}])
    for data in (kept, orphan, half):
        announce(browser, data)
        send(browser, 0, data if data is not half else data[:9], hashlib.sha256(data).hexdigest())
    with system_database.transaction(SYSTEM) as db:
        assert forget_orphans(db, now() - days(30)) == 0
        db.execute(update(Blob).values(created_at=now() - days(31)))
        assert forget_orphans(db, now() - days(30)) == 2
        assert db.scalars(select(Blob.sha256)).all() == [sha]
        assert db.scalars(select(Blob.state)).all() == [State.VERIFIED]
    assert fetch(browser, sha).data == kept


def test_photo_that_its_writer_removes_is_shown_to_nobody_and_its_bytes_go(
    browser: Browser, rep: Client, cast: Cast, database: Database, system_database: Database
) -> None:
    data = picture(23)
    sha = hashlib.sha256(data).hexdigest()
    announce(browser, data)
    send(browser, 0, data, sha)
    visit = rep.op("visit", "create", visit_patch(cast))
    patch = {"visit_id": visit["id"], "sha256": sha, "mime": "image/jpeg", "size": len(data)}
    photo = rep.op("attachment", "create", patch)
    rep.push(visit, photo)
    visit_id = uuid.UUID(visit["id"])
    with database.open(cast.principal("manager")) as db:
        assert [(each.sha256, here) for each, here in list_attachments(db, visit_id)] == [(sha, True)]
        assert get_blob(db, sha).size == len(data)
    gone = rep.op("attachment", "patch", {"removed_at": "2026-11-22T10:00:00Z"}, photo["id"])
    assert rep.push(gone)[0]["verdict"] == "merged"
    with database.open(cast.principal("manager")) as db:
        assert list_attachments(db, visit_id) == []
        with pytest.raises(NotFound):
            get_attachment(db, uuid.UUID(photo["id"]))
        with pytest.raises(NotFound):
            get_blob(db, sha)
    with system_database.transaction(SYSTEM) as db:
        db.execute(update(Blob).values(created_at=now() - days(31)))
        assert forget_orphans(db, now() - days(30)) == 1


def test_manager_sees_the_bytes_through_the_visit_only(
    world: ModuleType, database: Database, system_database: Database
) -> None:
    from models.sync.blob import content_of

    sha = hashlib.sha256(people_pixel()).hexdigest()
    with database.open(people.principals()["filiz"]) as db:
        assert content_of(db, get_blob(db, sha)) == people_pixel()


def people_pixel() -> bytes:
    from tests.world_field import PIXEL

    return PIXEL
