"""The first days of a company: from an empty home to a list, a policy, a signature and an undo."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import PEOPLE, PHONE, Open, Served, opener
from tests.browser.watching import Watch, accessible, within_bounds
from tests.engine.ledger.audit_files import sale, write, xaf
from tests.engine.ledger.files import xlsx_file

pytestmark = pytest.mark.slow
PASSWORD = "een lange zin als wachtwoord"  # noqa: S105 - of an invented person
CUSTOMERS = {str(1000 + at): f"Klant {at:02d} BV" for at in range(60)}
LOYAL = {47, 50, 53}  # see us as important, but are not the largest
A_WHILE = 60_000  # milliseconds that a worker gets
STALE = "Cijfers van 22 dec 2025; sindsdien is er 1 import ongedaan gemaakt."


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A home in which nothing happened yet, served as on the first day."""
    server = Served(tmp_path_factory.mktemp("first") / "home")
    with server.running():
        yield server


@pytest.fixture
def open_as(chromium: Browser, empty: Served) -> Iterator[Open]:
    with opener(chromium, empty) as opened:
        yield opened


def test_a_company_comes_from_nothing_to_a_signed_list_and_takes_a_file_back(
    chromium: Browser, empty: Served, open_as: Open, tmp_path: Path
) -> None:
    become_administrator(chromium, empty)
    page, watch = open_as("administrator")
    find_the_way_to_data(page, watch)
    bring(page, watch, books(tmp_path), told="430 regels verkopen", lands="920 nieuwe regels")
    page.get_by_role("link", name="Gegevens").first.click()
    page.get_by_role("link", name="Bestand inlezen").click()
    bring(page, watch, marks(tmp_path), told="40 regels beoordelingen", lands="40 nieuwe regels")
    evaluate(page, watch)
    read_the_portfolio(page, watch)
    join(chromium, empty, invite(page, watch))

    phone, heard = open_as("director", lang="en", size="phone")
    draft_other_weights(phone, heard)
    adopt(phone, heard)
    decide(phone, heard)

    take_back(page, watch, file="beoordelingen.xlsx")
    see_that_figures_are_of_before(page, watch)
    evaluate(page, watch)
    go(page, "Portefeuille")
    expect(page.locator("ul.headlines")).to_be_visible()
    expect(page.get_by_text(STALE)).to_have_count(0)


def books(folder: Path) -> Path:
    """A year of bookings: who stands lower in the list buys for more, and some more often."""
    told = [
        sale(f"2025{number}{month:02d}", f"2025-{month:02d}-{1 + at * 7 % 28:02d}", number,
             f"{150 * 1.06**at:.2f}", f"{31.5 * 1.06**at:.2f}")
        for at, number in enumerate(CUSTOMERS)
        for month in range(1 + at % 2, 13, 1 + at % 3)
    ]  # fmt: skip
    return write(folder, xaf(*told, year=2025, customers=CUSTOMERS), name="auditfile-2025.xaf")


def marks(folder: Path) -> Path:
    """What people think of the forty larger customers, as they keep it in Excel."""
    rows = [
        [number, "sees us as important", 4 if at in LOYAL else 1, date(2025, 12, 1)]
        for at, number in enumerate(CUSTOMERS)
        if at >= 20
    ]
    head = ["klantnummer", "criterium", "cijfer", "datum"]
    return xlsx_file(folder, [head, *rows], name="beoordelingen.xlsx")


def become_administrator(chromium: Browser, empty: Served) -> None:
    with chromium.new_context(base_url=empty.address, locale="nl-NL") as context:
        page = context.new_page()
        watch = Watch(page)
        page.goto("/")
        expect(heading(page)).to_have_text("Welkom bij Kernklant")
        page.get_by_label("Uw naam").fill("Anneke Zonnehof")
        page.get_by_label("E-mailadres").fill(PEOPLE["administrator"])
        page.get_by_label("Wachtwoord").fill(PASSWORD)
        well(page, watch)
        page.get_by_role("button", name="Beginnen").click()
        expect(heading(page)).to_have_text("Portefeuille")
        watch.silent()
        empty.states["administrator"] = context.storage_state()


def find_the_way_to_data(page: Page, watch: Watch) -> None:
    """Each page that has nothing to show yet says what comes first, and leads there."""
    page.goto("/")
    expect(page.locator("main")).to_contain_text("na de eerste evaluatie")
    well(page, watch)
    page.goto("/evaluaties/")
    expect(page.locator("main")).to_contain_text("Daarvoor zijn eerst verkopen nodig.")
    page.get_by_role("link", name="Naar Gegevens").click()
    expect(heading(page)).to_have_text("Waar begint u mee?")
    page.goto("/")
    page.get_by_role("link", name="Lees uw facturen in").click()
    expect(heading(page)).to_have_text("Waar begint u mee?")


def bring(page: Page, watch: Watch, file: Path, *, told: str, lands: str) -> None:
    """Through the wizard, up to the receipt."""
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Bekijk dit bestand").click()
    expect(heading(page)).to_have_text(f"Klopt dit met {file.name}?", timeout=A_WHILE)
    expect(page.locator("p.lead-line", has_text=told)).to_be_visible()
    well(page, watch)
    page.get_by_role("button", name="Ja, lees dit in").click()
    expect(heading(page)).to_have_text(f"Wat werd er van {file.name}?", timeout=A_WHILE)
    expect(page.locator("p.lead-line")).to_contain_text(f"{lands} tellen mee.")
    expect(page.get_by_text("Maak deze import ongedaan")).to_be_visible()
    watch.silent()


def evaluate(page: Page, watch: Watch) -> None:
    """From a receipt, and watch it until it is done."""
    page.get_by_role("button", name="Evalueer nu").click()
    expect(page.locator("#now article")).to_contain_text("Gevraagd door Anneke Zonnehof")
    await_the_end(page)
    newest = page.locator("table.runs tbody tr").first
    expect(newest).to_contain_text("22 dec 2025")
    expect(newest).to_contain_text("Anneke Zonnehof")
    watch.silent()


def await_the_end(page: Page) -> None:
    """The part of the page that tells how far it is goes, and the list comes anew."""
    expect(page.locator("#now article")).to_have_count(0, timeout=A_WHILE)


def read_the_portfolio(page: Page, watch: Watch) -> None:
    go(page, "Portefeuille")
    once(page, page.locator("ul.headlines"))
    expect(page.locator("ul.headlines")).to_contain_text("9 van uw 60 klanten zijn A: zij brengen")
    expect(page.locator("ul.headlines")).to_contain_text("van de omzet.")
    # An audit file tells no cost and no hours: that is not known, which is not nought.
    together = page.locator("table.segments tfoot td")
    expect(together.nth(1)).to_have_text("–")
    expect(together.nth(3)).to_have_text("–")
    well(page, watch)
    page.get_by_role("link", name=re.compile("^9 van uw 60")).click()
    expect(page.locator("table.list tbody tr")).to_have_count(9)
    watch.silent()


def invite(page: Page, watch: Watch) -> str:
    """The link that a director gets, as the administrator reads it off the page."""
    go(page, "Beheer")
    page.get_by_role("link", name="Iemand uitnodigen").click()
    page.locator("[name=name]").fill("Dirk de Vries")
    page.locator("[name=email]").fill(PEOPLE["director"])
    page.locator("[name=role]").select_option("director")
    page.get_by_label("Taal").select_option("English")
    page.get_by_role("button", name="Uitnodigen").click()
    expect(heading(page)).to_have_text("Dirk de Vries is uitgenodigd")
    well(page, watch)
    return page.locator("code.once").inner_text()


def join(chromium: Browser, empty: Served, link: str) -> None:
    size = {"width": PHONE[0], "height": PHONE[1]}
    with chromium.new_context(base_url=empty.address, locale="en-GB", viewport=size) as context:
        page = context.new_page()
        watch = Watch(page)
        page.goto(link)
        expect(heading(page)).to_have_text("Welcome, Dirk de Vries")
        page.get_by_label("Password").fill(PASSWORD)
        well(page, watch)
        page.get_by_role("button", name="Begin").click()
        expect(heading(page)).to_have_text("Portfolio")
        watch.silent()
        empty.states["director"] = context.storage_state()


def draft_other_weights(page: Page, watch: Watch) -> None:
    """What people think counts for more; before it does, he sees whom that moves."""
    page.goto("/")
    expect(page.locator("ul.headlines")).to_contain_text("9 of your 60 customers are A")
    go(page, "Policy")
    expect(page.locator("main")).to_contain_text("the policy that comes with Kernklant")
    page.get_by_role("button", name="Make a draft").tap()
    weigh(page, "lifetime value", 15)
    weigh(page, "contribution", 10)
    expect(page.locator("[data-sum]")).to_contain_text("they must be exactly 100")
    weigh(page, "sees us as important", 43)
    expect(page.locator("[data-sum]")).to_contain_text("Together 100 points.")
    page.get_by_role("button", name="Save and show the effect").tap()
    expect(page.locator("#gevolg table")).to_be_visible(timeout=A_WHILE)
    expect(page.locator("#gevolg .headlines li")).to_have_count(2)
    for who in ("Klant 47 BV", "Klant 50 BV"):
        expect(page.get_by_role("link", name=who, exact=True)).to_be_visible()
    well(page, watch)


def weigh(page: Page, criterion: str, points: int) -> None:
    page.get_by_label(f"Weight of {criterion}").fill(str(points))


def adopt(page: Page, watch: Watch) -> None:
    page.get_by_label("Why, in one sentence").fill("Who trusts us, stays.")
    page.get_by_role("button", name="Adopt", exact=True).tap()
    expect(page.get_by_role("status").first).to_contain_text("Adopted: the policy is now version 2")
    expect(page.locator("#now article")).to_contain_text("Asked by Dirk de Vries")
    await_the_end(page)
    go(page, "Policy")
    expect(page.locator("main")).to_contain_text("“Who trusts us, stays.”")
    watch.silent()


def decide(page: Page, watch: Watch) -> None:
    """One he signs, one he refuses until a day."""
    go(page, "Moves")
    once(page, page.locator("input[name=move]").first)
    expect(page.locator("main")).to_contain_text("2 moves wait for a decision")
    well(page, watch)
    tick(page, "Klant 50 BV")
    expect(page.locator("details.bar summary")).to_contain_text("Your decision on the chosen")
    page.locator("details.bar summary").tap()
    page.get_by_label("Why, in one sentence").fill("Loyal for years.")
    page.get_by_role("button", name="Sign", exact=True).tap()
    expect(page.get_by_role("status")).to_contain_text("Signed: 1.")
    tick(page, "Klant 47 BV")
    page.locator("details.bar summary").tap()
    page.get_by_label("Why, in one sentence").fill("First see whether he pays.")
    later = datetime.now(UTC).date() + timedelta(days=90)
    page.get_by_label("Look again on").fill(later.isoformat())
    page.get_by_role("button", name="Refuse", exact=True).tap()
    expect(page.get_by_role("status")).to_contain_text("Refused: 1.")
    expect(page.locator("ul.decided li")).to_have_count(2)
    expect(page.locator("ul.decided")).to_contain_text("“First see whether he pays.”")
    watch.silent()


def tick(page: Page, who: str) -> None:
    page.locator("ul.moves li", has_text=who).locator("input[name=move]").check()


def take_back(page: Page, watch: Watch, *, file: str) -> None:
    """First it says what rests on it; then a worker does it, and the receipt says so."""
    go(page, "Gegevens")
    page.locator("table.history").get_by_role("link", name=file).click()
    page.get_by_role("link", name="Maak deze import ongedaan").click()
    expect(heading(page)).to_have_text(f"Wat gaat er weg met {file}?")
    for told in (
        "Er verdwijnt geen klant",
        "2 verschuivingen waarover na deze import is besloten; die besluiten blijven gelden.",
        "Evaluaties die deze regels gezien hebben: 1, 2.",
    ):
        expect(page.locator("main")).to_contain_text(told)
    expect(page.locator("table.totals tbody td").first).to_have_text("40")
    well(page, watch)
    page.get_by_role("button", name="Maak ongedaan").click()
    expect(page.locator("p.gone")).to_contain_text("er telt niets meer van mee", timeout=A_WHILE)
    expect(page.locator("main")).to_contain_text("De nieuwste evaluatie rekende nog met 1 import")
    well(page, watch)


def see_that_figures_are_of_before(page: Page, watch: Watch) -> None:
    """Lists and figures say so; what was signed still holds. Ends at the receipt."""
    receipt = page.url
    for place in ("Portefeuille", "Klanten"):
        go(page, place)
        expect(page.get_by_text(STALE)).to_be_visible()
        watch.silent()
    for who, letter in (("Klant 50 BV", "A"), ("Klant 47 BV", "C")):
        row = page.locator("table.list tbody tr", has_text=who)
        expect(row.locator(".segment").first).to_contain_text(letter)
    go(page, "Gegevens")
    expect(page.locator("tbody.undone")).to_contain_text("ongedaan gemaakt")
    well(page, watch)
    page.goto(receipt)


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def go(page: Page, place: str) -> None:
    """By the menu."""
    page.locator("nav.places").get_by_role("link", name=place, exact=True).click()


def once(page: Page, shown: Locator) -> None:
    """Reload until it is there: what is counted after an evaluation comes a moment later."""
    for _ in range(120):
        if shown.count():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(page.inner_text("main"))


def well(page: Page, watch: Watch) -> None:
    watch.silent()
    accessible(page)
    within_bounds(page)
