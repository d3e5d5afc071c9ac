"""With JavaScript off, the same forms do the same work: estimate, register, import, apply, accept, bid, review."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from finance_platform.demo.cast import credit_code
from finance_platform.demo.region import BUSINESS_DATE, PREFECTURES, Firm
from pledges.rules.asset_files import written
from pledges.rules.asset_imports import COLUMNS, TEMPLATE
from pledges.rules.assets import check_digit
from tests.browser import small_region
from tests.browser.visits import Visit

NAME = "包头白云鄂博选矿装备有限公司"
PDF = b"%PDF-1.4\n% a paper\n%%EOF\n"
BANK = "ergun.officer"
BANK_NAME = "额尔古纳银行"


def workbook() -> bytes:
    """Return a list of rights in the platform's template: three in order and one with a wrong check digit."""

    def row(serial: int, digit: str = "") -> list[str]:
        digits = f"20181{7_700_000 + serial}"
        return [f"ZL{digits}.{digit or check_digit(digits)}", "发明", f"选矿机部件 {serial}", NAME, "2018-05-30",
                "2020-12-01", "", "有效", "B03B 5/00", "", "", "选矿机", "2026-12-31"]  # fmt: skip

    right = check_digit(f"20181{7_700_004}")
    rows = [row(1), row(2), row(3), row(4, digit="1" if right == "0" else "0")]
    return written([[COLUMNS[name][0] for name in TEMPLATE], *rows])


def fill(page: Any, **fields: str) -> None:
    """Type into the fields of the open form by their names."""
    for name, value in fields.items():
        page.fill(f"main [name={name}]", value)


def press(page: Any, words: str) -> None:
    """Press the button with exactly these words."""
    page.get_by_role("button", name=words, exact=True).click()


def follow(page: Any, words: str) -> None:
    page.locator("main").get_by_role("link", name=words, exact=True).first.click()


def refused(page: Any) -> str:
    """Return what the page's error summary says, empty when the form was taken."""
    summary = page.locator(".ipf-summary")
    return summary.inner_text() if summary.count() else ""


def thanked(page: Any) -> bool:
    return bool(page.locator(".ipf-message-success").count())


def test_a_visitor_learns_what_a_patent_may_be_worth(visit: Callable[..., Visit]) -> None:
    page = (here := visit(javascript=False)).page
    here.go("/estimate/")
    fill(page, remaining_years="12", revenue_fen="800", growth="5")
    press(page, "开始试算")
    assert not refused(page)
    text = page.locator("main").inner_text()
    assert re.search(r"100 种情形中约有 80 种落在 [\d,.]+–[\d,.]+ 万元之间", text)
    assert page.locator("main svg rect").count() > 10
    assert page.locator("main table tbody tr").count() > 10


def test_an_enterprise_registers_and_imports_its_rights(visit: Callable[..., Visit], tmp_path: Path) -> None:
    page = (here := visit(javascript=False)).page
    here.go("/accounts/register/")
    fill(page, name=NAME, credit_code=credit_code("91", "150200", 77_001), full_name="王海", username="noscript.owner",
         password="plain-forms-2025")  # fmt: skip
    page.select_option("main [name=region_code]", "150200")
    page.click("main form button[type=submit]")
    assert not refused(page)
    assert NAME in page.locator("h1").inner_text()
    listed = tmp_path / "rights.xlsx"
    listed.write_bytes(workbook())
    here.go("/sme/ip/import/")
    page.set_input_files("main input[type=file]", listed)
    page.click("main form button[type=submit]")
    assert "校验位" in page.locator("main").inner_text()
    press(page, "确认导入")
    assert thanked(page)
    here.go("/sme/ip/")
    assert page.locator("main table tbody tr").count() == 3


def test_an_application_is_made_accepted_and_offered_for(visit: Callable[..., Visit], tmp_path: Path) -> None:
    firm = next(plan.firm for plan in small_region.plans() if plan.outcome == "ACTIVE")
    number = apply(visit(javascript=False), firm, tmp_path / "paper.pdf")
    accept(visit(javascript=False), f"{PREFECTURES[firm.region][1]}.intake", number)
    bid(visit(javascript=False), number)


def apply(here: Visit, firm: Firm, paper: Path) -> str:
    """Draft, attach the two required papers and submit; returns the application's number."""
    page = here.page
    here.sign_in(firm.username)
    here.go("/sme/applications/new/")
    fill(page, amount_fen="800000", term_months="24", purpose="采购原料")
    tick_free_rights(page)
    page.get_by_label(BANK_NAME).check()
    for box in page.locator("[name=consents]").all():
        box.check()
    page.click("main form button[type=submit]")
    assert not refused(page), refused(page)
    number = page.locator("h1").inner_text()
    for kind in ("business_licence", "financial_statements"):
        paper.write_bytes(PDF + kind.encode())
        here.go(f"/sme/applications/{number}/documents/?kind={kind}")
        page.set_input_files("main input[type=file]", paper)
        page.click("main form button[type=submit]")
        assert not refused(page), refused(page)
    here.go(f"/sme/applications/{number}/")
    press(page, "提交申请")
    assert thanked(page)
    return str(number)


def tick_free_rights(page: Any) -> None:
    """Offer the rights the form offers that are not pledged already: the last one always is free."""
    page.locator("[name=asset_ids]").last.check()


def accept(here: Visit, username: str, number: str) -> None:
    here.sign_in(username)
    here.go(f"/bureau/applications/{number}/")
    follow(here.page, "受理并发布")
    fill(here.page, offer_deadline=f"{BUSINESS_DATE.year}-07-14 17:00")
    here.page.click("main form button[type=submit]")
    assert not refused(here.page), refused(here.page)
    assert thanked(here.page)


def bid(here: Visit, number: str) -> None:
    page = here.page
    here.sign_in(BANK)
    here.go("/bank/")
    follow(page, number)
    follow(page, "填写报价")
    fill(page, amount_fen="800000", annual_rate="3.85", valid_until=f"{BUSINESS_DATE.year}-08-31", contact="高娃")
    press(page, "试算综合年化成本")
    assert not refused(page), refused(page)
    assert re.fullmatch(r"\d+\.\d\d%", page.locator("main aside .ipf-big").inner_text())
    press(page, "密封提交")
    assert not refused(page), refused(page)
    assert "已密封" in page.locator("main aside").inner_text()


def test_a_claim_is_checked(visit: Callable[..., Visit]) -> None:
    page = (here := visit(javascript=False)).page
    here.sign_in("ip.checker")
    here.go("/bureau/claims/?state=REVIEWED")
    page.locator("main table tbody a").first.click()
    page.check("main [name=agree][value=yes]")
    fill(page, note="方案只补本金,差异为未申请的利息")
    press(page, "提交意见")
    assert not refused(page), refused(page)
    assert "待审定" in page.locator(".ipf-head").inner_text()
