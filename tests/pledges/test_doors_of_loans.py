"""Contracts and loans through both doors: pages that work without script, JSON with the same figures."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from finance_platform.foundation.models import User
from finance_platform.foundation.services import people
from pledges import queries
from pledges.models import Loan
from pledges.services import applications, loans
from tests.factories import (
    DEFAULTED,
    FIRST_DUE,
    PAID_OUT,
    PRINCIPAL_FEN,
    SIGNED,
    Actors,
    at,
    make_agreement,
    make_loan,
    set_clock,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate(DEFAULTED)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def page(user: User, path: str) -> str:
    response = browser(user).get(path)
    assert response.status_code == 200, response.content.decode()[:2000]
    return str(response.content.decode())


class Json:
    """A person's program at the JSON door."""

    def __init__(self, user: User) -> None:
        _row, token = people.issue_token(by=user, at=DEFAULTED, label="test")
        self.client, self.headers = Client(), {"Authorization": f"Bearer {token}"}

    def get(self, path: str, expect: int = 200) -> Any:
        response = self.client.get(f"/api/v1{path}", headers=self.headers)
        assert response.status_code == expect, response.content.decode()
        return response.json()

    def post(self, path: str, expect: int = 200, key: str = "") -> Any:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        response = self.client.post(f"/api/v1{path}", {}, content_type="application/json", headers=headers)
        assert response.status_code == expect, response.content.decode()
        return response.json()


@pytest.fixture(autouse=True)
def the_day(db: None) -> None:
    set_clock(DEFAULTED)


class TestContracts:
    def test_nothing_yet_says_what_comes(self, actors: Actors) -> None:
        assert "还没有合同" in page(actors.enterprise, "/sme/contracts/")
        assert "还没有贷款" in page(actors.enterprise, "/sme/loans/")

    def test_the_borrower_reads_the_digests_and_signs_after_a_second_click(self, actors: Actors) -> None:
        agreement = make_agreement(actors)
        address = f"/sme/contracts/{agreement.number}/"
        assert "1 份待签" in page(actors.enterprise, "/sme/loans/")
        shown = page(actors.enterprise, address)
        assert agreement.contract_sha256 in shown
        assert agreement.loan_contract_sha256 in shown
        assert "签署后不能撤回" in shown
        response = browser(actors.enterprise).post(f"{address}sign/")
        assert (response.status_code, response.url) == (302, address)
        agreement.refresh_from_db()
        assert agreement.signed_by_borrower == actors.enterprise
        after = page(actors.enterprise, address)
        assert "等待银行签署" in after
        assert "签署后不能撤回" not in after

    def test_signing_again_is_refused_on_the_page_it_came_from(self, actors: Actors) -> None:
        agreement = make_agreement(actors)
        client = browser(actors.enterprise)
        client.post(f"/sme/contracts/{agreement.number}/sign/")
        again = client.post(f"/sme/contracts/{agreement.number}/sign/", follow=True)
        assert "贵方已签署" in again.content.decode()

    def test_a_withdrawn_application_offers_no_signature(self, actors: Actors) -> None:
        agreement = make_agreement(actors)
        applications.withdraw(
            by=actors.enterprise, at=SIGNED, application_id=agreement.application_id, reason="不再需要"
        )
        assert "不再签署" in page(actors.enterprise, f"/sme/contracts/{agreement.number}/")

    @pytest.mark.parametrize(("who", "status"), [("other_enterprise", 404), ("bank_approver", 403), ("auditor", 403)])
    def test_strangers_and_other_roles_are_kept_out(self, actors: Actors, who: str, status: int) -> None:
        agreement = make_agreement(actors)
        for method, path in (("get", ""), ("post", "sign/")):
            answer = getattr(browser(getattr(actors, who)), method)(f"/sme/contracts/{agreement.number}/{path}")
            assert answer.status_code == status
        assert Client().get(f"/sme/contracts/{agreement.number}/").status_code == 302

    def test_both_sides_sign_over_json_once(self, actors: Actors) -> None:
        agreement = make_agreement(actors)
        borrower, lender = Json(actors.enterprise), Json(actors.bank_officer)
        shown = borrower.get(f"/agreements/{agreement.number}")
        assert (shown["contract_sha256"], shown["signed_by_borrower_at"]) == (agreement.contract_sha256, None)
        first = borrower.post(f"/agreements/{agreement.pk}/signature", key="s-1")
        assert borrower.post(f"/agreements/{agreement.pk}/signature", key="s-1") == first
        assert borrower.post(f"/agreements/{agreement.pk}/signature", expect=409)["code"] == "already_signed"
        lender.post(f"/agreements/{agreement.pk}/signature")
        assert queries.application(actors.enterprise, agreement.application_id).state == "CONTRACTED"
        assert [item["number"] for item in lender.get("/agreements")["items"]] == [agreement.number]
        assert Json(actors.other_bank_officer).get("/agreements")["items"] == []
        for who in (actors.other_bank_officer, actors.other_enterprise):
            Json(who).post(f"/agreements/{agreement.pk}/signature", expect=404)
        Json(actors.auditor).post(f"/agreements/{agreement.pk}/signature", expect=403)


class TestLoans:
    def test_the_page_tells_what_falls_due_next(self, actors: Actors) -> None:
        set_clock(PAID_OUT)
        loan = make_loan(actors)
        row = loan.instalments.first()
        shown = page(actors.enterprise, f"/sme/loans/{loan.number}/")
        due = row.interest_fen + row.principal_fen
        assert f"{due // 100:,}.{due % 100:02d} 元" in shown
        assert "第 1 期,2025年5月21日 到期" in shown
        assert "4.35%" in shown
        assert "逾期 " not in shown.split("还款计划")[0]
        assert loan.number in page(actors.enterprise, "/sme/loans/")

    def test_an_overdue_loan_says_how_late_how_much_and_whom_to_call(self, actors: Actors) -> None:
        loan = make_loan(actors, state="OVERDUE")
        shown = page(actors.enterprise, f"/sme/loans/{loan.number}/")
        owed = queries.debt(loan, TODAY).due_fen
        assert "已逾期 96 天(自 2025-05-21 起)" in shown
        assert f"现在应还 {owed // 100:,}.{owed % 100:02d} 元" in shown
        assert "请尽早联系 青城银行" in shown

    def test_after_acceleration_the_statement_says_until_when_it_is_computed(self, actors: Actors) -> None:
        loan = make_loan(actors, state="ACCELERATED")
        set_clock(at(2025, 10, 1))
        shown = page(actors.enterprise, f"/sme/loans/{loan.number}/")
        assert "银行已于 2025-08-25 宣布贷款提前到期" in shown
        assert "计算至 2025-08-25;其后的利息尚未计算" in shown
        assert "没有后续期次" in shown

    def test_compensation_is_said_not_to_discharge(self, actors: Actors) -> None:
        loan = make_loan(actors, state="ACCELERATED")
        before = page(actors.enterprise, f"/sme/loans/{loan.number}/")
        loans.mark_compensated(by=actors.accountant, at=DEFAULTED, loan_id=loan.pk, claim_number="BC-2025-00001")
        after = page(actors.enterprise, f"/sme/loans/{loan.number}/")
        assert "风险补偿不免除借款人的债务" in after
        assert "代偿" not in after
        for figure in _figures(loan):
            assert figure in before
            assert figure in after

    def test_receipts_and_their_reversals_are_listed(self, actors: Actors) -> None:
        loan = make_loan(actors)
        receipt = _receive(actors, loan, 1_234_567)
        loans.reverse_receipt(by=actors.bank_officer, at=DEFAULTED, receipt_id=receipt.pk, reason="入错户")
        shown = page(actors.enterprise, f"/sme/loans/{loan.number}/")
        assert "12,345.67" in shown
        assert "−12,345.67" in shown
        assert "冲销:入错户" in shown
        assert "已冲销" in shown

    def test_the_table_comes_as_a_workbook_with_the_same_figures(self, actors: Actors) -> None:
        loan = make_loan(actors)
        row = loan.instalments.first()
        _receive(actors, loan, row.interest_fen + row.principal_fen)
        answer = browser(actors.enterprise).get(f"/sme/loans/{loan.number}/schedule.xlsx")
        assert answer["Content-Disposition"] == f'attachment; filename="{loan.number}-{TODAY}.xlsx"'
        lines = list(load_workbook(BytesIO(answer.content)).active.values)
        head = next(n for n, line in enumerate(lines) if line[0] == "期次")
        first, last = lines[head + 1], lines[-1]
        assert (first[1].date(), first[9]) == (FIRST_DUE, "已还清")
        assert (round(first[2] * 100), round(first[3] * 100)) == (row.principal_fen, row.interest_fen)
        assert len(lines) - head - 1 == 24
        assert sum(round(line[2] * 100) for line in lines[head + 1 :]) == PRINCIPAL_FEN
        assert last[9] == "未到期"

    def test_a_workbook_of_an_accelerated_loan_says_so(self, actors: Actors) -> None:
        loan = make_loan(actors, state="ACCELERATED")
        answer = browser(actors.enterprise).get(f"/sme/loans/{loan.number}/schedule.xlsx")
        lines = list(load_workbook(BytesIO(answer.content)).active.values)
        assert lines[2][:3] == ("已提前到期:利息、罚息计算至", "2025-08-25", "其后的利息尚未计算")

    @pytest.mark.parametrize(("who", "status"), [("other_enterprise", 404), ("bank_officer", 403), ("auditor", 403)])
    def test_strangers_and_other_roles_are_kept_out(self, actors: Actors, who: str, status: int) -> None:
        loan = make_loan(actors)
        for path in ("", "schedule.xlsx"):
            assert browser(getattr(actors, who)).get(f"/sme/loans/{loan.number}/{path}").status_code == status

    def test_json_gives_the_same_figures(self, actors: Actors) -> None:
        loan = make_loan(actors, state="OVERDUE")
        machine = Json(actors.enterprise)
        assert [item["number"] for item in machine.get("/loans?state=OVERDUE")["items"]] == [loan.number]
        assert machine.get("/loans?state=ACTIVE")["items"] == []
        detail = machine.get(f"/loans/{loan.number}")
        assert (detail["annual_rate"], detail["method"], len(detail["rows"])) == ("0.04350000", "equal_instalment", 24)
        assert [row["mark"] for row in detail["rows"][:4]] == ["overdue"] * 4
        debt = queries.debt(loan, TODAY)
        assert (detail["debt"]["total_fen"], detail["debt"]["days_past_due"]) == (debt.total_fen, 96)

    def test_json_gives_the_debt_of_any_day_from_the_payment_on(self, actors: Actors) -> None:
        loan = make_loan(actors)
        machine = Json(actors.bank_officer)
        later = machine.get(f"/loans/{loan.number}/debt?on=2025-05-22")
        owed = queries.debt(loan, date(2025, 5, 22))
        assert (later["on"], later["due_fen"], later["accelerated"]) == ("2025-05-22", owed.due_fen, False)
        assert machine.get(f"/loans/{loan.number}/debt")["on"] == TODAY.isoformat()
        refusal = machine.get(f"/loans/{loan.number}/debt?on=2025-04-20", expect=422)
        assert (refusal["code"], refusal["errors"][0]["field"]) == ("out_of_range", "on")
        assert machine.get(f"/loans/{loan.number}/debt?on=soon", expect=422)["code"] == "invalid"
        for stranger in (actors.other_bank_officer, actors.other_enterprise):
            Json(stranger).get(f"/loans/{loan.number}/debt", expect=404)


def _receive(actors: Actors, loan: Loan, amount_fen: int) -> Any:
    return loans.record_receipt(
        by=actors.bank_officer, at=DEFAULTED, loan_id=loan.pk, received_on=FIRST_DUE, amount_fen=amount_fen,
        reference="R-1",
    )  # fmt: skip


def _figures(loan: Loan) -> list[str]:
    debt = queries.debt(loan, TODAY)
    parts = (debt.principal_fen, debt.interest_fen, debt.penalty_fen, debt.compound_fen, debt.due_fen)
    return [f"{fen // 100:,}.{fen % 100:02d} 元" for fen in parts]
