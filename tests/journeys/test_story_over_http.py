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
from tests.journeys.browser import REFUSED, Browser
from tests.journeys.script import Cast

pytestmark = pytest.mark.django_db
OUTSIDE = ("owner", "intake", "checker", "approver", "auditor", "appraiser", "uninvited_bank_officer", "public")
TELLING_PAGES = (
    "/", "/bank/", "/bank/bids/", "/bank/dossiers/{number}/", "/bureau/", "/bureau/applications/{number}/",
    "/sme/applications/{number}/", "/sme/applications/{number}/offers/",
)  # fmt: skip
PASSING = re.compile(r'value="[^"]{20,}"|\d\d:\d\d(:\d\d)?')


def test_one_loan_from_listing_to_recovery_through_the_pages(actors, calendars):
    set_clock(script.FOUNDED)
    cast = Cast(actors)
    script.found_the_fund(cast)
    Journey(cast).travel()


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


class Journey:
    """Every method is a stage; what a stage learns the next ones use."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.web = cast, Browser(cast)

    def travel(self) -> None:
        for stage in (
            self.register, self.import_rights, self.verify, self.estimate, self.apply, self.accept, self.appraise,
            self.sign_the_value, self.bid, self.open, self.choose, self.approve, self.contract, self.pledge,
            self.pay_out, self.repay, self.default, self.claim, self.decide, self.compensate, self.dispose,
            self.balance,
        ):  # fmt: skip
            stage()

    # --- Rights ------------------------------------------------------------------------------------------------------
    def register(self) -> None:
        set_clock(script.REGISTERS)
        visitor, address = self.web.at_desk("public"), "/accounts/register/"
        form = self.web.form("public", address)
        person = {
            "name": script.FIRM, "region_code": "150100", "full_name": "乌兰", "username": script.OWNER,
            "password": "correct-horse-9",
        }  # fmt: skip
        wrong = script.CODE[:-1] + ("0" if script.CODE[-1] != "0" else "1")
        assert "校验位" in visitor.post(address, form.values | person | {"credit_code": wrong}).content.decode()
        answer = visitor.post(address, form.values | person | {"credit_code": script.CODE})
        assert answer.status_code == 302
        visitor.logout()
        self.web.page("owner", "/", script.FIRM)
        self.web.page("public", "/sme/", "登录")
        self.web.do("owner", "/sme/company/", PROFILE, again=False, wrong_role=("bank_officer", "intake"))

    def import_rights(self) -> None:
        sheet = {"file": ("知识产权清单.xlsx", script.workbook())}
        preview = self.web.do(
            "owner", "/sme/ip/import/", files=sheet, again=False, wrong_role=("bank_officer", "verifier"),
            shows=("校验位", "一种高矫顽力钕铁硼磁体的制备方法"),
        )  # fmt: skip
        self.web.do(
            "owner", preview, action="confirm/", again=False, foreign=("enterprise",), wrong_role=("bank_officer",),
            shows=("已入库",),
        )  # fmt: skip
        library = self.web.page("owner", "/sme/ip/", "稀源", "废旧磁体中稀土的回收工艺")
        self.assets = sorted(set(re.findall(r"/sme/ip/(\d+)/", library)))
        assert len(self.assets) == 4
        for pk in self.assets:
            self.web.do(
                "owner", f"/sme/ip/{pk}/", action="submit/", foreign=("enterprise",), wrong_role=("verifier",),
                shows=("已提交核验",),
            )  # fmt: skip

    def verify(self) -> None:
        set_clock(script.VERIFIED)
        outsiders: dict[str, Any] = {"wrong_role": ("owner", "intake"), "foreign": ("other_verifier",)}
        for pk in self.assets:
            check = f"/bureau/assets/{pk}/check/"
            questions = [name for name in self.web.form("verifier", check).names if name.startswith("q_")]
            answers = dict.fromkeys(questions, "no") | {"extract_date": "2024-03-06", "note": "登记簿副本一致"}
            self.web.do("verifier", check, answers, **outsiders)
            self.web.do(
                "verifier2", check, {"ok": "yes"}, wrong_role=("owner", "verifier"), foreign=("other_verifier",),
                shows=("可质押",),
            )  # fmt: skip
            self._tag(pk, outsiders)
        self.web.page("owner", "/sme/ip/", "可质押")
        assert self.tags > 0

    tags = 0

    def _tag(self, pk: str, outsiders: dict[str, Any]) -> None:
        page = f"/bureau/assets/{pk}/"
        self.web.do("verifier2", page, action="tags/", again=False, **outsiders)
        for tag in re.findall(r"/bureau/tags/\d+/confirm/", self.web.page("verifier2", page)):
            self.web.do("verifier2", page, action=tag, shows=("标签已确认",), **outsiders)
            self.tags += 1

    # --- Application -------------------------------------------------------------------------------------------------
    def estimate(self) -> None:
        set_clock(script.APPLIES)
        answers = {
            "kind": "invention_patent", "sector": "electrical", "remaining_years": "14", "revenue_fen": "6200",
            "growth": "5",
        }  # fmt: skip
        self.web.do("public", "/estimate/", answers, again=False, shows=("不构成资产评估报告", "P10"))

    def apply(self) -> None:
        banks = [str(self.cast.organisation(bank)) for bank in script.BIDS]
        need = NEED | {"asset_ids": self.assets, "bank_ids": banks, "consents": script.CONSENTS}
        page = self.web.do("owner", "/sme/applications/new/", need, again=False, wrong_role=("bank_officer", "intake"))
        self.number = page.strip("/").split("/")[-1]
        for kind in script.PAPERS:
            self.web.do(
                "owner", f"{page}documents/", {"kind": kind}, files={"file": (f"{kind}.pdf", script.pdf(kind))},
                again=False, foreign=("enterprise",), wrong_role=("bank_officer",), shows=("回执", f"{kind}.pdf"),
            )  # fmt: skip
        self.web.do(
            "owner", page, action="submit/", foreign=("enterprise",), wrong_role=("bank_officer",),
            shows=("申请已提交", "450.00"),
        )  # fmt: skip

    def accept(self) -> None:
        set_clock(script.ACCEPTED)
        self.web.page("bank_officer", f"/bank/dossiers/{self.number}/", status=404)
        self.web.page("intake", "/bureau/applications/", self.number)
        self.web.do(
            "intake", f"/bureau/applications/{self.number}/accept/", {"offer_deadline": "2024-04-08 17:00"},
            wrong_role=("owner", "checker"), foreign=("other_intake",), shows=("已受理",),
        )  # fmt: skip
        self.web.page("bank_officer", f"/bank/dossiers/{self.number}/", script.FIRM)
        self.web.page("bank_officer", "/bank/", self.number)
        self.web.page("uninvited_bank_officer", f"/bank/dossiers/{self.number}/", status=404)

    # --- Value -------------------------------------------------------------------------------------------------------
    def appraise(self) -> None:
        set_clock(script.APPRAISED)
        firm = {"firm_id": str(self.cast.organisation("appraiser"))}
        place = f"/sme/applications/{self.number}/appraisal/"
        self.web.do(
            "owner", place, firm, names="firm_id", foreign=("enterprise",), wrong_role=("bank_officer",),
            why="没有正在办理的评估时,可以委托",
        )  # fmt: skip
        found = re.search(r"/appraiser/tasks/(PG-[\d-]+)/", self.web.page("appraiser", "/appraiser/tasks/"))
        assert found
        assert self.number not in self.web.page("appraiser", found[0])
        self.task, self.appraisal = found[0], f"/appraisals/{found[1]}/"
        work: dict[str, Any] = {"wrong_role": ("owner", "reviewer", "signatory"), "foreign": ("other_appraiser",)}
        declared = {"conflict_free": "on", "declaration": "与各方无利害关系", "filing_code": "PG-1"}
        self.web.do("appraiser", f"{self.task}accept/", declared, **work)
        self.web.do("appraiser", self.task, action="start/", shows=("您是承办评估师",), **work)
        run = self.web.do("appraiser", f"{self.task}model/", {"paths": "4096"}, again=False, **work)
        self.web.page("appraiser", run, "P50")
        self.web.do("appraiser", f"{run}draft/", {"evidence": "收益法(许可费节省法)"}, shows=("已送复核",), **work)

    def sign_the_value(self) -> None:
        assert "P50" not in self.web.page("owner", self.appraisal)
        self.web.do(
            "reviewer", f"{self.task}review/", {"approve": "1", "note": "模型与资料一致"},
            wrong_role=("appraiser", "signatory", "owner"), foreign=("other_reviewer",),
        )  # fmt: skip
        for who in ("signatory", "signatory2"):
            self.web.do(
                who, self.task, action="sign/", wrong_role=("appraiser", "reviewer", "owner"),
                foreign=("other_signatory",), shows=("已签字",),
            )  # fmt: skip
        for reader in ("owner", "bank_officer"):
            self.web.page(reader, self.appraisal, "P50", "P10")
        self.web.page("enterprise", self.appraisal, status=404)

    # --- Offers ------------------------------------------------------------------------------------------------------
    def bid(self) -> None:
        set_clock(script.BIDDING)
        self.web.page("public", "/")  # what was said of the visitor's own estimate is read and gone
        first, *others = script.BIDS
        before = self._seen_from_outside((*OUTSIDE, *others))
        self._seal(first)
        assert self._seen_from_outside((*OUTSIDE, *others)) == before, "an offer shows before the deadline"
        for bank in others:
            self._seal(bank)
        sealed = self._seen_from_outside(OUTSIDE)
        assert sealed == {place: before[place] for place in sealed}, "number or order show before the deadline"
        self.web.page("public", f"/openings/{self.number}/", status=404)
        self.web.page("owner", f"/sme/applications/{self.number}/offers/", "银行尚未开标", "2024-04-08 17:00")

    def _seal(self, bank: str) -> None:
        place = f"/bank/dossiers/{self.number}/bid/"
        form = self.web.form(bank, place, names="amount_fen")
        values = form.values | terms(bank) | {"intent": "seal"}
        assert set(values) <= form.names | {"intent"}
        self.web.refused(form, values, None, {"owner": 403, "bank_approver": 403, "uninvited_bank_officer": 404})
        for _twice in range(2):
            answer = self.web.send(bank, form, values, None)
            assert answer.status_code == 302, REFUSED.search(answer.content.decode())
        self.web.page(bank, place, "报价摘要")

    def _seen_from_outside(self, people: tuple[str, ...]) -> dict[tuple[str, str], str]:
        """Return every page that could tell of offers as these people see it, but for the time and the forms' keys."""
        places = [place.format(number=self.number) for place in TELLING_PAGES]
        return {
            (who, place): PASSING.sub("", self.web.at_desk(who).get(place, follow=True).content.decode())
            for who in people for place in places
        }  # fmt: skip

    def open(self) -> None:
        set_clock(script.OPENED)
        call_command("open_offers", verbosity=0)
        late = self.web.form("bank_officer", f"/bank/dossiers/{self.number}/bid/", names="amount_fen")
        self.web.too_late("bank_officer", late, late.values | {"intent": "seal"})
        self.web.page("public", f"/openings/{self.number}/", self.number)
        page = self.web.page(
            "owner", f"/sme/applications/{self.number}/offers/", "青城银行", "北疆银行", "阴山银行", "综合成本最低",
            "名义利率最低",
        )  # fmt: skip
        self.web.page("enterprise", f"/sme/applications/{self.number}/offers/", status=404)
        links = re.findall(rf"/sme/applications/{self.number}/offers/[0-9a-f-]+/accept/", page)
        assert len(set(links)) == 3
        self.accept_offer = next(link for link in links if "选择青城银行" in self.web.page("owner", link))

    def choose(self) -> None:
        set_clock(script.CHOSEN)
        self.web.do(
            "owner", self.accept_offer, foreign=("enterprise",), wrong_role=("bank_officer", "intake"),
            shows=("已选定",),
        )  # fmt: skip
        for loser in ("other_bank_officer", "third_bank_officer"):
            self.web.page(loser, f"/bank/dossiers/{self.number}/", status=404)
            self.web.page(loser, f"/bank/cases/{self.number}/", status=404)

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
            self.web.do("bank_officer", place, keyed, foreign=foreign)
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
        assert script.broken_laws() == []

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


PROFILE = {
    "size": "small", "industry_code": "C3239", "founded_on": "2012-05-18", "employees": "86",
    "revenue_last_year_fen": "62000000", "total_assets_fen": "90000000", "total_debt_fen": "31000000",
}  # fmt: skip
NEED = {
    "amount_fen": "4500000", "term_months": "24", "purpose": "烧结钕铁硼磁体扩产流动资金",
    "purpose_code": "working_capital", "repayment": "equal_instalment",
}  # fmt: skip


def terms(bank: str) -> dict[str, str]:
    percent, fee_fen = script.BIDS[bank]
    fee = {"fee_0_name": "担保费", "fee_0_payee": "担保公司", "fee_0_amount_fen": yuan(fee_fen)} if fee_fen else {}
    return fee | {
        "amount_fen": yuan(script.PRINCIPAL_FEN), "term_months": "24", "method": "equal_instalment",
        "annual_rate": percent, "security": "guarantor" if fee_fen else "none", "valid_until": "2024-05-31",
    }  # fmt: skip
