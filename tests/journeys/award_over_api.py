"""The story up to the award, over the JSON door: rights, application, value, sealed offers, choice."""

from typing import Any

from django.core.management import call_command

from pledges.rules.verification import questions
from tests.factories import set_clock
from tests.journeys import script
from tests.journeys.caller import Caller
from tests.journeys.script import Cast

STRANGERS = ("enterprise", "uninvited_bank_officer", "other_appraiser", "other_intake")
OUTSIDE = ("owner", "intake", "checker", "approver", "auditor", "appraiser", "uninvited_bank_officer", "public")
TELLING_PATHS = (
    "applications", "applications/{number}", "applications/{number}/offer", "applications/{number}/offers", "dossiers",
    "documents", "decisions", "enrolments", "openings/{number}", "overview", "funds/NMG/position",
)  # fmt: skip
SEALED = (200, {"received": True})
PROFILE = {
    "size": "small", "industry_code": "C3239", "founded_on": "2012-05-18", "employees": 86,
    "revenue_last_year_fen": 6_200_000_000, "total_assets_fen": 9_000_000_000, "total_debt_fen": 3_100_000_000,
}  # fmt: skip
ESTIMATE = {
    "kind": "invention_patent", "sector": "electrical", "remaining_years": 14, "revenue_fen": 6_200_000_000,
    "growth": 0.05,
}  # fmt: skip
NEED = {
    "amount_fen": script.PRINCIPAL_FEN, "term_months": script.TERM_MONTHS, "purpose": "烧结钕铁硼磁体扩产流动资金",
    "purpose_code": "working_capital", "repayment": "equal_instalment",
}  # fmt: skip


class Award:
    """Every method is a stage; what a stage learns the next ones use."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.api = cast, Caller(cast)

    def until_the_choice(self) -> None:
        for stage in (
            self.register, self.import_rights, self.verify, self.apply, self.accept, self.appraise, self.bid, self.open,
            self.choose,
        ):  # fmt: skip
            stage()

    # --- Rights ------------------------------------------------------------------------------------------------------
    def register(self) -> None:
        set_clock(script.REGISTERS)
        person = {
            "name": script.FIRM, "region_code": "150100", "full_name": "乌兰", "username": script.OWNER,
            "password": "correct-horse-9",
        }  # fmt: skip
        wrong = script.CODE[:-1] + ("0" if script.CODE[-1] != "0" else "1")
        refused = self.api.refused("public", "registrations", person | {"credit_code": wrong}, 422)
        assert refused["errors"][0]["field"] == "credit_code"
        me = self.api.do("public", "registrations", person | {"credit_code": script.CODE})
        assert me["role"] == "enterprise"
        self.firm_id = me["organisation_id"]
        self.api.do(
            "owner", "profile", PROFILE, method="put", late=None, wrong_role=("bank_officer", "intake", "appraiser")
        )

    def import_rights(self) -> None:
        sheet = {"file": ("知识产权清单.xlsx", script.workbook())}
        batch = self.api.do("owner", "asset-imports", files=sheet, wrong_role=("bank_officer", "verifier"), late=None)
        assert (batch["rows"], batch["refused"]) == (5, 1)
        wrong = [finding for finding in batch["report"]["findings"] if finding["level"] == "error"]
        assert [(found["row"], "校验位" in found["reason"]) for found in wrong] == [(6, True)]
        confirm = f"asset-imports/{batch['id']}/confirmation"
        batch = self.api.do("owner", confirm, foreign=("enterprise",), wrong_role=("bank_officer",), late=None)
        assert batch["stored"] == 4
        self.assets = [row["id"] for row in self.api.get("owner", "assets")["items"]]
        for pk in self.assets:
            self.api.do("owner", f"assets/{pk}/submission", foreign=("enterprise",), wrong_role=("intake", "checker"))

    def verify(self) -> None:
        set_clock(script.VERIFIED)
        for row in self.api.get("verifier", "assets")["items"]:
            self._verify(row["id"], row["registry"])
        states = {row["state"] for row in self.api.get("owner", "assets")["items"]}
        assert states == {"ELIGIBLE"}
        labels = {tag["label"] for pk in self.assets for tag in self.api.get("owner", f"assets/{pk}/tags")}
        assert labels

    def _verify(self, pk: int, registry: str) -> None:
        answers = {"findings": dict.fromkeys(questions(registry), False), "note": "登记簿副本一致"}
        outsiders: dict[str, Any] = {"wrong_role": ("owner", "intake"), "foreign": ("other_verifier",)}
        self.api.do("verifier", f"assets/{pk}/first-check", answers, **outsiders)
        self.api.do(
            "verifier2", f"assets/{pk}/second-check", {"ok": True}, wrong_role=("owner", "verifier"),
            foreign=("other_verifier",),
        )  # fmt: skip
        tags = self.api.do("verifier2", f"assets/{pk}/tags", late=None, wrong_role=("owner",))
        for tag in tags:
            self.api.do("verifier2", f"tags/{tag['id']}/decision", {"confirm": True}, **outsiders)

    # --- Application -------------------------------------------------------------------------------------------------
    def apply(self) -> None:
        set_clock(script.APPLIES)
        told = self.api.do("public", "estimates", ESTIMATE, late=None)
        assert told["p10_fen"] < told["median_fen"] < told["p90_fen"]
        assert 0 < told["loan_low_fen"] < told["loan_high_fen"]
        banks = [self.cast.organisation(bank) for bank in script.BIDS]
        need = NEED | {"asset_ids": self.assets, "bank_ids": banks, "consents": script.CONSENTS}
        drafted = self.api.do("owner", "applications", need, wrong_role=("bank_officer", "intake"), late=None)
        self.number = drafted["number"]
        submit = f"{self.application}/submission"
        self.api.refused("owner", submit, {}, 422)
        for kind in script.PAPERS:
            receipt = self.api.do(
                "owner", f"{self.application}/papers", {"kind": kind}, late=None, wrong_role=(),
                files={"file": (f"{kind}.pdf", script.pdf(kind))}, foreign=("enterprise", "bank_officer"),
            )  # fmt: skip
            assert len(receipt["sha256"]) == 64
        self.api.do("owner", submit, foreign=("enterprise", "uninvited_bank_officer"))

    @property
    def application(self) -> str:
        return f"applications/{self.number}"

    def accept(self) -> None:
        set_clock(script.ACCEPTED)
        self.api.get("bank_officer", self.application, status=404)
        self.api.do(
            "intake", f"{self.application}/acceptance", {"offer_deadline": script.DEADLINE.isoformat()},
            wrong_role=("owner", "checker"), foreign=("other_intake", "bank_officer"),
        )  # fmt: skip
        assert self.api.get("bank_officer", self.application)["state"] == "PUBLISHED"
        for who in STRANGERS:
            self.api.get(who, self.application, status=404)

    # --- Value -------------------------------------------------------------------------------------------------------
    def appraise(self) -> None:
        set_clock(script.APPRAISED)
        firm = {"firm_id": self.cast.organisation("appraiser")}
        asked = self.api.do(
            "owner", f"{self.application}/appraisals", firm, wrong_role=("bank_officer",), foreign=("enterprise",)
        )
        self.appraisal = f"appraisals/{asked['number']}"
        script.put_the_filing_on_record(self.cast)
        declared = {
            "conflict_free": True, "declaration": "与各方无利害关系", "loss_sharing": True, "loss_share": "0.04",
            "loss_scheme": "54:26:16:4", "filing_code": script.FILING,
        }  # fmt: skip
        work: dict[str, Any] = {"wrong_role": ("owner", "reviewer", "signatory"), "foreign": ("other_appraiser",)}
        self.api.do("appraiser", f"{self.appraisal}/acceptance", declared, **work)
        self.api.do("appraiser", f"{self.appraisal}/start", **work)
        model = self.api.get("appraiser", f"{self.appraisal}/model")
        run = self.api.do("appraiser", f"{self.appraisal}/runs", {"document": model, "seed": 7}, late=None, **work)
        self.api.do("appraiser", f"{self.appraisal}/statements", {"texts": script.STATED}, late=None, **work)
        self._state_and_sign(run, work)

    def _state_and_sign(self, run: dict[str, Any], work: dict[str, Any]) -> None:
        quantiles = run["output"]["simulation"]["quantiles"]
        stated = {
            "run_id": run["id"], "point_fen": int(run["output"]["value"] * 100), "evidence": "收益法(许可费节省法)",
            "low_fen": int(quantiles["p10"] * 100), "high_fen": int(quantiles["p90"] * 100),
        }  # fmt: skip
        self.api.do("appraiser", f"{self.appraisal}/draft", stated, **work)
        assert self.api.get("owner", self.appraisal)["appraised_value_fen"] is None
        opinion = {"approve": True, "note": "模型与资料一致"}
        self.api.do(
            "reviewer", f"{self.appraisal}/review", opinion, wrong_role=("appraiser", "signatory", "owner"),
            foreign=("other_reviewer",),
        )  # fmt: skip
        for who in ("signatory", "signatory2"):
            self.api.do(
                who, f"{self.appraisal}/signature", wrong_role=("appraiser", "reviewer", "owner"),
                foreign=("other_signatory",), late=403 if who == "signatory" else 409,
            )  # fmt: skip
        issued = self.api.get("owner", self.appraisal)
        assert (issued["state"], issued["appraised_value_fen"]) == ("ISSUED", stated["point_fen"])
        assert self.api.get("bank_officer", self.appraisal)["appraised_value_fen"] == stated["point_fen"]
        self.api.refused("appraiser", f"{self.appraisal}/runs", {"document": {}, "seed": 1}, 409)
        self.value_fen = stated["point_fen"]

    # --- Offers ------------------------------------------------------------------------------------------------------
    def bid(self) -> None:
        set_clock(script.BIDDING)
        first, *others = script.BIDS
        before = self._heard_outside((*OUTSIDE, *others))
        self._seal(first)
        assert self._heard_outside((*OUTSIDE, *others)) == before, "an offer is told before the deadline"
        for bank in others:
            self._seal(bank)
        sealed = self._heard_outside(OUTSIDE)
        assert sealed == {asked: before[asked] for asked in sealed}, "number or order are told before the deadline"
        offer, body = f"{self.application}/offer", {"intent": "seal", "terms": terms(first)}
        for who, status in (("owner", 403), ("bank_approver", 403), ("uninvited_bank_officer", 404)):
            assert self._place(who, offer, body, "x")[0] == status

    def _seal(self, bank: str) -> None:
        offer, body = f"{self.application}/offer", {"intent": "seal", "terms": terms(bank)}
        placed = [self._place(bank, offer, body, "k1") for _twice in range(2)]
        assert placed == [SEALED, SEALED]
        assert self.api.get(bank, offer)["version"] == 1

    def _place(self, who: str, path: str, body: dict[str, Any], key: str) -> tuple[int, Any]:
        answer = self.api.send("post", who, f"{who}{key}", path, body, None)
        return answer.status_code, answer.json() if answer.status_code == 200 else None

    def _heard_outside(self, people: tuple[str, ...]) -> dict[tuple[str, str], Any]:
        """Return what every list and row that could tell of offers answers these people."""
        paths = [path.format(number=self.number) for path in TELLING_PATHS]
        return {(who, path): self.api.answer(who, path) for who in people for path in paths}

    def open(self) -> None:
        set_clock(script.OPENED)
        call_command("open_offers", verbosity=0)
        late = self._place("bank_officer", f"{self.application}/offer", {"intent": "withdraw"}, "late")
        assert late[0] == 409
        record = self.api.get("public", f"openings/{self.number}")
        assert len(record["commitments"]) == 3
        shown = self.api.get("owner", f"{self.application}/offers")
        assert all(column["commitment_holds"] for column in shown["columns"])
        ranked = [column["bank"] for column in shown["columns"]]
        assert ranked[0] == "青城银行"
        nominal = min(shown["columns"], key=lambda column: column["nominal_rate"])
        assert (nominal["bank"], ranked[-1]) == ("阴山银行", "阴山银行")
        self.offer = shown["cheapest"]
        for who in ("enterprise", "uninvited_bank_officer", "other_intake"):
            self.api.get(who, f"{self.application}/offers", status=404)

    def choose(self) -> None:
        set_clock(script.CHOSEN)
        self.api.do(
            "owner", f"{self.application}/selection", {"offer_id": self.offer}, foreign=("enterprise",),
            wrong_role=("bank_officer", "intake"),
        )  # fmt: skip
        for loser in ("other_bank_officer", "third_bank_officer"):
            self.api.get(loser, self.application, status=404)


def terms(bank: str) -> dict[str, Any]:
    percent, fee_fen = script.BIDS[bank]
    fees = [{"name": "担保费", "payee": "担保公司", "amount_fen": fee_fen}] if fee_fen else []
    return {
        "amount_fen": script.PRINCIPAL_FEN, "term_months": script.TERM_MONTHS, "method": "equal_instalment",
        "annual_rate": f"{float(percent) / 100:.4f}", "security": "guarantor" if fee_fen else "none", "fees": fees,
        "valid_until": "2024-05-31", "contact": "联系人",
    }  # fmt: skip
