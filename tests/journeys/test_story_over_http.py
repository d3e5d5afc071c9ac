"""The story as one journey through the pages, each step by its own role and tried by those who must not."""

import re
from typing import Any

import pytest
from django.core.management import call_command

from finance_platform.demo.region import OFFICIAL_FIGURES
from finance_platform.foundation.money import figure
from pledges.models import Loan
from tests.factories import set_clock
from tests.journeys import script
from tests.journeys.award_over_http import Award, yuan
from tests.journeys.script import Cast

pytestmark = pytest.mark.django_db


def test_one_loan_from_listing_to_recovery_through_the_pages(actors, calendars):
    set_clock(script.FOUNDED)
    cast = Cast(actors)
    script.found_the_fund(cast)
    Journey(cast).travel()


class Journey(Award):
    """From the award to the recovered loss and the books."""

    def travel(self) -> None:
        self.until_the_choice()
        for stage in (
            self.approve, self.contract, self.pledge, self.pay_out, self.repay, self.default, self.claim, self.decide,
            self.compensate, self.dispose, self.balance,
        ):  # fmt: skip
            stage()

    # --- Credit and contracts ----------------------------------------------------------------------------------------
    @property
    def case(self) -> str:
        return f"/bank/cases/{self.number}/"

    def approve(self) -> None:
        set_clock(script.PROPOSED)
        losers: dict[str, Any] = {"foreign": ("other_bank_officer", "uninvited_bank_officer")}
        self.web.do("bank_officer", self.case, action="start/", shows=("已开始尽职调查",), **losers)
        proposal = {"ltv_limit": "80", "note": "第一还款来源充足", "scheme_code": script.SCHEME}
        self.web.do("bank_officer", f"{self.case}credit/", proposal, wrong_role=("bank_approver",), **losers)
        set_clock(script.APPROVED)
        for who in ("bank_approver", "bank_approver2"):
            self.web.do(
                who, self.case, action="approve/", wrong_role=("bank_officer",),
                foreign=("other_bank_approver", "owner"), shows=("已登记您的审批意见",),
            )  # fmt: skip
        self.web.page("auditor", "/bureau/fund/", "450.00")

    def contract(self) -> None:
        set_clock(script.SIGNED)
        papers = {name: (f"{name}.pdf", script.pdf(name)) for name in ("loan_contract", "contract")}
        self.web.do(
            "bank_officer", f"{self.case}contracts/", {"maturity": script.SECURED_UNTIL.isoformat()}, files=papers,
            foreign=("other_bank_officer",), wrong_role=("bank_approver",), shows=("合同已备",),
        )  # fmt: skip
        mine = re.search(r"/sme/contracts/ZY-[\d-]+/", self.web.page("owner", "/sme/contracts/"))
        assert mine
        self.web.do(
            "owner", mine[0], action="sign/", foreign=("enterprise",), wrong_role=("bank_approver",), shows=("已签署",)
        )
        self.web.do(
            "bank_officer", self.case, action="sign/", foreign=("other_bank_officer",), wrong_role=("bank_approver",),
            shows=("贵行已签署",),
        )  # fmt: skip

    def pledge(self) -> None:
        for registry in script.REGISTRIES:
            place = f"{self.case}registrations/{registry}/"
            foreign = ("other_bank_officer", "enterprise")
            set_clock(script.FILED)
            self.web.do("bank_officer", place, {"receipt_no": "SL-1"}, foreign=foreign, wrong_role=("bank_approver",))
            set_clock(script.PLEDGED)
            keyed = {"certificate_no": f"Y2024{registry[:2]}01", "registered_on": script.PLEDGED.date().isoformat()}
            self.web.do("bank_officer", f"{place}result/", keyed, foreign=foreign, again=False)
            place += "confirmation/"
            self.web.too_late(
                "bank_approver", form := self.web.form("bank_approver", place),
                form.values | keyed | {"certificate_no": "Y1"},
            )  # fmt: skip
            self.web.do("bank_approver", place, keyed, foreign=foreign, wrong_role=("bank_officer",))
        self.web.page("owner", "/sme/contracts/", "ZY-")

    # --- The loan ----------------------------------------------------------------------------------------------------
    def pay_out(self) -> None:
        set_clock(script.PAID_OUT)
        self.loan = self.web.do(
            "bank_officer", f"{self.case}disburse/", {"disbursed_on": script.PAID_OUT.date().isoformat()},
            foreign=("other_bank_officer",), wrong_role=("bank_approver",), shows=("已放款", "2024-04-23"),
        )  # fmt: skip
        self.row = Loan.objects.get(number=self.loan.strip("/").split("/")[-1])

    def repay(self) -> None:
        self.rows = list(self.row.instalments.order_by("no"))
        for row in self.rows[:4]:
            set_clock(script.days_after(row.due, 0, 15))
            paid = {
                "received_on": row.due.isoformat(), "amount_fen": yuan(row.interest_fen + row.principal_fen),
                "reference": f"HK-{row.no:02d}",
            }  # fmt: skip
            self.web.do(
                "bank_officer", f"{self.loan}receipts/new/", paid, shows=("收款已登记", f"HK-{row.no:02d}"),
                foreign=("other_bank_officer", "enterprise"), wrong_role=("bank_approver", "owner"),
            )  # fmt: skip
        self.outstanding_fen = script.PRINCIPAL_FEN - sum(row.principal_fen for row in self.rows[:4])

    def default(self) -> None:
        missed = self.rows[4].due
        for days in script.MISSED_DAYS:
            set_clock(script.days_after(missed, days))
            call_command("day_end")
            self.web.page("bank_officer", self.loan, f"<dt>逾期天数</dt><dd>{days}</dd>")
            self.web.page("owner", f"/sme/loans/{self.row.number}/", f"已逾期 {days} 天")
        set_clock(script.days_after(missed, 98, 10))
        notice = {"notice": ("notice.pdf", script.pdf("notice"))}
        self.web.do(
            "bank_approver", f"{self.loan}accelerate/", files=notice, wrong_role=("bank_officer",),
            foreign=("other_bank_approver",), shows=("已宣布提前到期",),
        )  # fmt: skip

    # --- Compensation ------------------------------------------------------------------------------------------------
    def claim(self) -> None:
        set_clock(script.CLAIMED)
        place = f"/bank/claims/new/?loan={self.row.number}"
        form = self.web.form("bank_officer", place)
        assert form.values["principal_fen"] == yuan(self.outstanding_fen)
        papers = {name: (f"{name}.pdf", script.pdf(name)) for name in form.names if name.startswith("evidence_")}
        assert papers
        claimed = {"interest_fen": "0", "penalty_fen": "0", "explanation": script.REASON}
        address = self.web.do(
            "bank_officer", place, claimed, files=papers, foreign=("other_bank_officer",), shows=("已提交",),
            wrong_role=("bank_approver", "owner", "checker"),
        )  # fmt: skip
        self.claim_number = address.strip("/").split("/")[-1]
        self.debt = self._debt()

    def _debt(self) -> list[str]:
        """Return the amounts in the borrower's own statement of what he owes."""
        page = self.web.page("owner", f"/sme/loans/{self.row.number}/", self.row.number)
        return re.findall(r"[\d,]+\.\d\d", page)

    def decide(self) -> None:
        desk = f"/bureau/claims/{self.claim_number}/"
        desks = [
            (script.REVIEWED, "first_reviewer", "first-review/"), (script.CHECKED, "checker", "check/"),
            (script.AGREED, "approver", "approve/"),
        ]  # fmt: skip
        for day, who, action in desks:
            set_clock(day)
            others = sorted({"first_reviewer", "checker", "approver", "auditor", "bank_officer"} - {who})
            self.web.page("approver", "/bureau/", self.claim_number)
            self.web.do(
                who, desk, {"agree": "yes", "note": script.REASON}, action=action, wrong_role=others,
                foreign=("other_prefecture_reviewer", "other_bank_officer"),
            )  # fmt: skip
        self.compensation_fen = script.fund_share(self.outstanding_fen)
        self.web.page("checker", desk, figure(self.compensation_fen))
        self.web.do(
            "checker", desk, action="publicise/", wrong_role=("approver", "bank_officer"),
            foreign=("other_prefecture_reviewer",), shows=("已开始公示",),
        )  # fmt: skip
        notice = self.web.page("public", "/claims/public/", self.claim_number)
        assert script.FIRM not in notice

    def compensate(self) -> None:
        place = f"/bureau/orders/new/?kind=claim_payment&subject={self.claim_number}"
        early = self.web.form("cashier", place)
        self.web.too_late(
            "cashier", early, early.values | {"amount_fen": yuan(self.compensation_fen), "reference": "BK-0101"}
        )
        set_clock(script.PAYABLE)
        before = self._debt()
        self._move_money(place, "BK-0101", yuan(self.compensation_fen))
        self.web.page("bank_officer", f"/bank/claims/{self.claim_number}/", "已补偿")
        assert self._debt() == before, "compensation changes nothing in what the borrower owes"
        assert script.broken_laws() == []

    def _move_money(self, place: str, reference: str, amount: str = "") -> None:
        form = self.web.form("cashier", place)
        assert not amount or form.values["amount_fen"] == amount
        self.web.do(
            "cashier", place, {"reference": reference}, wrong_role=("accountant", "approver", "bank_officer"),
            shows=("指令已提交会计确认", reference),
        )  # fmt: skip
        listed = self.web.page("accountant", "/bureau/orders/")
        order = re.findall(r"/bureau/orders/[A-Z]+-[\d-]+/", listed)[0]
        self.web.do(
            "accountant", order, action="confirm/", wrong_role=("cashier", "approver"), foreign=("bank_officer",),
            shows=("已确认并入账",),
        )  # fmt: skip

    # --- Recovery ----------------------------------------------------------------------------------------------------
    def dispose(self) -> None:
        set_clock(script.SOLD)
        pledges = re.findall(rf"{self.loan}pledges/\d+/dispose/", self.web.page("bank_officer", self.loan))
        assert len(pledges) == 2
        for serial, pledge in enumerate(pledges):
            self.web.do(
                "bank_officer", self.loan, action=pledge, foreign=("other_bank_officer",),
                wrong_role=("bank_approver",), shows=("处置已启动",),
            )  # fmt: skip
            self._sell(serial)
            self._receive(serial)
        self._let_go()
        assert script.broken_laws() == []

    def _let_go(self) -> None:
        outsiders = ("other_bank_officer", "owner")
        for registry in script.REGISTRIES:
            place = f"{self.case}registrations/{registry}/"
            self.web.do(
                "bank_officer", f"{place}cancellation/", {"ground": "realised"}, foreign=outsiders,
                wrong_role=("bank_approver",),
            )  # fmt: skip
            noticed = {"notice_no": f"ZX-{registry}", "cancelled_on": script.SOLD.date().isoformat()}
            self.web.do(
                "bank_officer", f"{place}cancelled/", noticed, shows=("已注销", "质权已实现"), foreign=outsiders
            )

    def _sell(self, serial: int) -> None:
        disposals = re.findall(r"/bank/disposals/\d+/", self.web.page("bank_officer", "/bank/disposals/"))
        page = disposals[0]
        steps: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
            "value": ({"appraised_value_fen": "1000000"}, {"report": ("r.pdf", script.pdf(f"report{serial}"))}),
            "list": ({"reserve_price_fen": "700000"}, {"agreement": ("a.pdf", script.pdf(f"agreement{serial}"))}),
            "auction": ({"text": "拍卖公告 1 号"}, {}),
            "sell": ({"price_fen": "800000", "buyer": "受让人"}, {}),
            "key": ({"cost_fen": "20000", "reference": f"PM-{serial}", "transfer_notice_no": f"ZR-{serial}"}, {}),
        }
        for name, (typed, files) in steps.items():
            self.web.do(
                "bank_officer", f"{page}{name}/", typed, files=files, foreign=("other_bank_officer",),
                wrong_role=("owner",) if name == "key" else ("bank_approver", "owner"), again=name != "key",
            )  # fmt: skip
        self.web.do(
            "bank_approver", page, action="settle/", foreign=("other_bank_approver",), wrong_role=("bank_officer",),
            shows=("已结算",),
        )  # fmt: skip

    def _receive(self, serial: int) -> None:
        page = self.web.page("cashier", "/bureau/orders/")
        due = re.findall(r'"(/bureau/orders/new/\?kind=recovery_receipt&subject=[^"]+)"', page)
        assert len(due) == 1
        self._move_money(due[0], f"BK-02{serial:02d}")

    def balance(self) -> None:
        set_clock(script.LOOKED_AT)
        figures = {"file": ("region.csv", OFFICIAL_FIGURES.encode())}
        self.web.do("checker", "/bureau/indicators/", files=figures, again=False, wrong_role=("approver", "auditor"))
        self.web.page("owner", "/bureau/", status=403)
        page = self.web.page("approver", "/bureau/", "93", "71.38", "450.00", "✓")
        links = set(re.findall(r'href="(/bureau/(?:ledger|fund|claims|registrations|enrolments)[^"]*)"', page))
        assert any("/bureau/ledger/accounts/" in link for link in links)
        for link in links:
            self.web.page("approver", link)
        self.web.page("auditor", f"/bureau/ledger/verify/?fund={script.FUND}&run=1", "全部相符")
        assert script.broken_laws() == []
