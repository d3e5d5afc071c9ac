"""The story up to the award, through the pages: rights, application, value, sealed offers, choice."""

import re
from typing import Any

from django.core.management import call_command

from tests.factories import set_clock
from tests.journeys import script
from tests.journeys.browser import REFUSED, Browser
from tests.journeys.script import Cast

OUTSIDE = ("owner", "intake", "checker", "approver", "auditor", "appraiser", "uninvited_bank_officer", "public")
TELLING_PAGES = (
    "/", "/bank/", "/bank/bids/", "/bank/dossiers/{number}/", "/bureau/", "/bureau/applications/{number}/",
    "/sme/applications/{number}/", "/sme/applications/{number}/offers/",
)  # fmt: skip
PASSING = re.compile(r'value="[^"]{20,}"|\d\d:\d\d(:\d\d)?')
PROFILE = {
    "size": "small", "industry_code": "C3239", "founded_on": "2012-05-18", "employees": "86",
    "revenue_last_year_fen": "62000000", "total_assets_fen": "90000000", "total_debt_fen": "31000000",
}  # fmt: skip
NEED = {
    "amount_fen": "4500000", "term_months": "24", "purpose": "烧结钕铁硼磁体扩产流动资金",
    "purpose_code": "working_capital", "repayment": "equal_instalment",
}  # fmt: skip


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


class Award:
    """Every method is a stage; what a stage learns the next ones use."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.web = cast, Browser(cast)

    def until_the_choice(self) -> None:
        for stage in (
            self.register, self.import_rights, self.verify, self.estimate, self.apply, self.accept, self.appraise,
            self.sign_the_value, self.bid, self.open, self.choose,
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
        script.put_the_filing_on_record(self.cast)
        declared = {
            "conflict_free": "on", "declaration": "与各方无利害关系", "loss_sharing": "1", "loss_share": "4",
            "loss_scheme": "54:26:16:4", "filing_code": script.FILING,
        }  # fmt: skip
        self.web.do("appraiser", f"{self.task}accept/", declared, **work)
        self.web.do("appraiser", self.task, action="start/", shows=("您是承办评估师",), **work)
        run = self.web.do("appraiser", f"{self.task}model/", {"paths": "4096"}, again=False, **work)
        self.web.page("appraiser", run, "P50")
        self.web.do(
            "appraiser", f"{self.task}statements/", script.STATED, again=False, shows=("报告事项已保存",), **work
        )
        self.web.do("appraiser", f"{run}draft/", {"evidence": "收益法(许可费节省法)"}, shows=("已送复核",), **work)

    def sign_the_value(self) -> None:
        assert "P50" not in self.web.page("owner", self.appraisal)
        self.web.page("owner", f"{self.appraisal}report.pdf", status=404)
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


def terms(bank: str) -> dict[str, str]:
    percent, fee_fen = script.BIDS[bank]
    fee = {"fee_0_name": "担保费", "fee_0_payee": "担保公司", "fee_0_amount_fen": yuan(fee_fen)} if fee_fen else {}
    return fee | {
        "amount_fen": yuan(script.PRINCIPAL_FEN), "term_months": "24", "method": "equal_instalment",
        "annual_rate": percent, "security": "guarantor" if fee_fen else "none", "valid_until": "2024-05-31",
    }  # fmt: skip
