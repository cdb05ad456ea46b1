"""The main job from end to end: a dealer, a rep without a server, his manager, and the jobs that make figures of it."""

import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from uuid import UUID

import pypdfium2
from playwright.sync_api import Page, Playwright, expect
from pypdf import PdfReader
from sqlalchemy import select

from models.base import now
from models.market import BrandUsage
from models.product import Brand
from models.session import Database
from models.visit import Visit
from portal.supervisor import ROOT
from tests.browser import chromium
from tests.browser.conftest import FLAGS, PATIENCE, Laptop, Served
from tests.browser.test_field_offline import SUMMARY, SYSTEM, note_visit, ready_for_the_road, visits
from tests.postgres import Postgres

CUSTOMER = "Şişli / İĞÜŞÖÇ ığüşöç"


@contextmanager
def desk(playwright: Playwright, served: Served, email: str, path: str) -> Iterator[Page]:
    """Somebody's own browser, signed in and at `path`."""
    browser = playwright.chromium.launch(executable_path=chromium.find(), args=FLAGS)
    page = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{served.url}/sign-in?next={path}")
    page.fill("[name=email]", email)
    page.fill("[name=password]", "demo-portal")
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"**{path}")
    yield page
    browser.close()


def run_job(postgres: Postgres, database_name: str, name: str) -> None:
    """`portal jobs run NAME`, as an administrator types it."""
    settings = {"DATABASE_URL": postgres.admin_url(database_name), "PORTAL_DATA_DIR": str(postgres.folder)}
    command = [sys.executable, "-m", "portal", "jobs", "run", name]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def told(database: Database, group: UUID, region: UUID) -> dict[str, Decimal]:
    """What each brand's newest answers of the last year add up to, counted here without the code under test."""
    newest: dict[tuple[UUID, str], tuple[object, Decimal]] = {}
    query = select(BrandUsage, Brand.name).join(Brand, Brand.id == BrandUsage.brand_id)
    with database.open(SYSTEM) as db:
        for usage, brand in db.execute(query.where(BrandUsage.product_group_id == group)):
            if usage.region_id == region and usage.observed_on >= now().date() - timedelta(days=365):
                key, when = (usage.account_id, brand), (usage.observed_on, usage.created_at)
                if key not in newest or when > newest[key][0]:  # type: ignore[operator]
                    newest[key] = (when, usage.quantity)
    sums: dict[str, Decimal] = {}
    for (_, brand), (_, quantity) in newest.items():
        sums[brand] = sums.get(brand, Decimal(0)) + quantity
    return sums


def shown(page: Page, served: Served, group: UUID, region: UUID) -> dict[str, Decimal]:
    """The brands of a product group in a region with their quantities, as the share page prints them."""
    page.goto(f"{served.url}/market/{group}?region={region}")
    rows = page.locator("table.list-dense tbody tr").filter(has=page.locator("td.main a.open"))
    texts = [(row.locator("a.open").inner_text(), row.locator("td.num").last.inner_text()) for row in rows.all()]
    return {name: Decimal(re.sub(r"[^\d.]", "", quantity)) for name, quantity in texts}


def test_what_a_rep_notes_without_a_server_reaches_manager_market_share_and_quote(
    laptop: Laptop,
    served: Served,
    playwright: Playwright,
    postgres: Postgres,
    database_name: str,
    world: ModuleType,
    system_database: Database,
    tmp_path: Path,
) -> None:
    with desk(playwright, served, "dealer@example.com", "/orders") as page:
        expect(page.locator("main")).to_contain_text("S-kordon-1")
        assert "S-bogaz-1" not in page.content()
        assert page.goto(f"{served.url}/orders/{world.ident('order.bogaz')}").status == 404  # type: ignore[union-attr]

    laptop.sign_in("rep@example.com")
    ready_for_the_road(laptop.page)
    served.kill()
    note_visit(laptop.page, world.ident("account.gemi"))
    expect(laptop.page.locator("#standing")).to_have_text("Saved on this laptop")
    laptop.close()
    page = laptop.open()
    page.goto(f"{served.url}/field/")
    expect(page.locator(".sync")).to_contain_text("1 visit waiting")
    page.locator(".sync").click()
    page.locator("#waiting summary").click()
    page.locator("#waiting").get_by_role("link", name="Show").click()
    expect(page.locator(".prose").first).to_have_text(SUMMARY)
    served.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#standing")).to_contain_text("Sent")
    (visit,) = visits(system_database)
    assert len(visit_usages(system_database, visit)) == 3

    with desk(playwright, served, "manager@example.com", f"/visits/{visit.id}") as manager:
        expect(manager.locator("main")).to_contain_text(SUMMARY)
        manager.fill("textarea[name=text]", "Ask who decides.")
        manager.locator("form:has(textarea[name=text]) button[type=submit]").click()
        expect(manager.locator("main")).to_contain_text("Your comment is saved")
        page.evaluate("dispatchEvent(new Event('focus'))")
        expect(page.locator("#talk")).to_contain_text("Ask who decides.")

        usage = visit_usages(system_database, visit)[0]
        cell = (usage.product_group_id, usage.region_id)
        run_job(postgres, database_name, "market_share")
        expected = {brand: quantity.quantize(Decimal(1)) for brand, quantity in told(system_database, *cell).items()}
        assert shown(manager, served, *cell) == expected

    run_job(postgres, database_name, "quote_pdfs")
    with desk(playwright, served, "dealer@example.com", "/quotes") as page:
        quote = world.ident("quote.gemi")
        content = page.request.get(f"{served.url}/quotes/{quote}/document.pdf").body()
        assert page.request.get(f"{served.url}/quotes/{world.ident('quote.vinc')}/document.pdf").status == 404
    assert CUSTOMER in PdfReader(io.BytesIO(content)).pages[0].extract_text()
    picture = pypdfium2.PdfDocument(content)[0].render(scale=1).to_pil()
    assert picture.convert("L").getextrema()[0] < 100, "the page is empty"


def visit_usages(database: Database, visit: Visit) -> list[BrandUsage]:
    """What the visit told about brands."""
    with database.open(SYSTEM) as db:
        return list(db.scalars(select(BrandUsage).where(BrandUsage.visit_id == visit.id).order_by(BrandUsage.id)))
