"""The story as one journey through /api/v1/, each step by its own role and tried by those who must not."""

from datetime import date
from typing import Any

import pytest
from django.core.management import call_command

from finance_platform.demo.region import OFFICIAL_FIGURES
from pledges.rules.verification import questions
from tests.factories import set_clock
from tests.journeys import script
from tests.journeys.caller import Caller
from tests.journeys.script import Cast

pytestmark = pytest.mark.django_db
STRANGERS = ("enterprise", "uninvited_bank_officer", "other_appraiser", "other_intake")
OUTSIDE = ("owner", "intake", "checker", "approver", "auditor", "appraiser", "uninvited_bank_officer", "public")
TELLING_PATHS = (
    "applications", "applications/{number}", "applications/{number}/offer", "applications/{number}/offers", "dossiers",
    "documents", "decisions", "enrolments", "openings/{number}", "overview", "funds/NMG/position",
)  # fmt: skip


def test_one_loan_from_listing_to_recovery_over_the_json_door(actors, calendars):
    set_clock(script.FOUNDED)
    cast = Cast(actors)
    script.found_the_fund(cast)
    Journey(cast).travel()


class Journey:
    """Every method is a stage; what a stage learns the next ones use."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.api = cast, Caller(cast)

    def travel(self) -> None:
        for stage in (
            self.register, self.import_rights, self.verify, self.apply, self.accept, self.appraise, self.bid, self.open,
            self.choose, self.approve, self.contract, self.pledge, self.pay_out, self.repay, self.default, self.claim,
            self.decide, self.compensate, self.dispose, self.balance,
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
        declared = {"conflict_free": True, "declaration": "与各方无利害关系", "filing_code": "PG-1"}
        work: dict[str, Any] = {"wrong_role": ("owner", "reviewer", "signatory"), "foreign": ("other_appraiser",)}
        self.api.do("appraiser", f"{self.appraisal}/acceptance", declared, **work)
        self.api.do("appraiser", f"{self.appraisal}/start", **work)
        model = self.api.get("appraiser", f"{self.appraisal}/model")
        run = self.api.do("appraiser", f"{self.appraisal}/runs", {"document": model, "seed": 7}, late=None, **work)
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

    # --- Credit and contracts ----------------------------------------------------------------------------------------
    def approve(self) -> None:
        set_clock(script.PROPOSED)
        losers = ("other_bank_officer", "uninvited_bank_officer")
        self.api.do(
            "bank_officer", f"{self.application}/diligence", foreign=(*losers, "enterprise"), wrong_role=("owner",)
        )
        proposal = {
            "principal_fen": script.PRINCIPAL_FEN, "ltv_limit": "0.7", "note": "第一还款来源充足",
            "scheme_code": script.SCHEME,
        }  # fmt: skip
        decision = self.api.do(
            "bank_officer", f"{self.application}/decisions", proposal, foreign=losers, wrong_role=("owner",)
        )
        set_clock(script.APPROVED)
        approval = f"decisions/{decision['id']}/approval"
        assert self.api.get("auditor", "enrolments")["items"] == []
        for who in ("bank_approver", "bank_approver2"):
            decision = self.api.do(
                who, approval, wrong_role=("bank_officer", "owner"), foreign=("other_bank_approver",),
                late=403 if who == "bank_approver" else 409,
            )  # fmt: skip
        assert decision["state"] == "APPROVED"
        [cover] = self.api.get("auditor", "enrolments")["items"]
        assert (cover["state"], cover["reserved_fen"]) == ("RESERVED", script.PRINCIPAL_FEN)
        assert self.api.get("owner", self.application)["state"] == "APPROVED"

    def contract(self) -> None:
        set_clock(script.SIGNED)
        papers = [self._paper("bank_officer", kind)["id"] for kind in ("pledge_contract", "loan_contract")]
        body = {
            "contract_document_id": papers[0], "loan_contract_document_id": papers[1],
            "maturity": script.SECURED_UNTIL.isoformat(),
        }  # fmt: skip
        self.agreement = self.api.do(
            "bank_officer", f"{self.application}/contracts", body, foreign=("other_bank_officer",),
            wrong_role=("owner",),
        )  # fmt: skip
        assert len(self.agreement["contract_sha256"]) == 64
        for who in ("owner", "bank_officer"):
            self.api.do(
                who, f"agreements/{self.agreement['id']}/signature", foreign=("enterprise", "other_bank_officer"),
                wrong_role=("bank_approver",),
            )  # fmt: skip
        assert self.api.get("owner", self.application)["state"] == "CONTRACTED"

    def _paper(self, who: str, kind: str) -> Any:
        files = {"file": (f"{kind}.pdf", script.pdf(kind))}
        return self.api.do(who, "documents", {"kind": kind}, files=files, wrong_role=("auditor",), late=None)

    def pledge(self) -> None:
        self.pledges = {}
        for registry in script.REGISTRIES:
            set_clock(script.FILED)
            filed = self.api.do(
                "bank_officer", f"agreements/{self.agreement['id']}/registrations", {"registry": registry},
                foreign=("other_bank_officer",), wrong_role=("owner", "bank_approver"),
            )  # fmt: skip
            set_clock(script.PLEDGED)
            keyed = {"certificate_no": f"Y2024{registry[:2]}01", "registered_on": script.PLEDGED.date().isoformat()}
            path = f"pledges/{filed['id']}"
            outsiders: dict[str, Any] = {"wrong_role": ("owner", "checker"), "foreign": ("other_bank_officer",)}
            self.api.do("bank_officer", f"{path}/result", keyed, late=None, **outsiders)
            self.api.refused("bank_approver", f"{path}/confirmation", keyed | {"certificate_no": "Y1"}, 409)
            outsiders["wrong_role"] += ("bank_officer",)
            done = self.api.do("bank_approver", f"{path}/confirmation", keyed, **outsiders)
            assert done["state"] == "REGISTERED"
            self.pledges[registry] = filed["id"]

    # --- The loan ----------------------------------------------------------------------------------------------------
    def pay_out(self) -> None:
        set_clock(script.PAID_OUT)
        loan = self.api.do(
            "bank_officer", f"{self.application}/disbursement", {"disbursed_on": script.PAID_OUT.date().isoformat()},
            foreign=("other_bank_officer",), wrong_role=("bank_approver", "owner"),
        )  # fmt: skip
        self.loan = f"loans/{loan['number']}"
        file = self.api.get("bank_officer", f"{self.loan}/file")
        assert file["covered_fen"] == script.fund_share(script.PRINCIPAL_FEN)
        assert file["cover_start"] == script.PLEDGED.date().isoformat()
        [cover] = self.api.get("auditor", "enrolments")["items"]
        assert (cover["state"], cover["committed_fen"]) == ("COMMITTED", script.PRINCIPAL_FEN)
        assert self.api.get("owner", self.application)["state"] == "DISBURSED"

    def repay(self) -> None:
        self.rows = self.api.get("owner", self.loan)["rows"]
        for row in self.rows[:4]:
            set_clock(script.days_after(date.fromisoformat(row["due"]), 0, 15))
            paid = {
                "received_on": row["due"], "amount_fen": row["interest_fen"] + row["principal_fen"],
                "reference": f"HK-{row['no']:02d}",
            }  # fmt: skip
            booked = self.api.do(
                "bank_officer", f"{self.loan}/receipts", paid, foreign=("other_bank_officer", "enterprise"),
                wrong_role=("owner", "bank_approver"),
            )  # fmt: skip
            assert booked["principal_fen"] == row["principal_fen"]
        repaid = sum(row["principal_fen"] for row in self.rows[:4])
        self.outstanding_fen = script.PRINCIPAL_FEN - repaid
        assert self.api.get("owner", self.loan)["outstanding_principal_fen"] == self.outstanding_fen
        file = self.api.get("bank_officer", f"{self.loan}/file")
        assert file["covered_fen"] == script.fund_share(self.outstanding_fen)

    def default(self) -> None:
        missed, told = date.fromisoformat(self.rows[4]["due"]), []
        for days in script.MISSED_DAYS:
            set_clock(script.days_after(missed, days))
            call_command("day_end")
            seen = self.api.get("owner", self.loan)
            told.append((seen["days_past_due"], seen["state"], seen["class_floor"]))
        assert told == [
            (1, "OVERDUE", "special_mention"), (60, "OVERDUE", "special_mention"), (91, "OVERDUE", "substandard"),
            (97, "OVERDUE", "substandard"),
        ]  # fmt: skip
        set_clock(script.days_after(missed, 98, 10))
        self.api.refused("bank_officer", f"{self.loan}/claim", {"evidence": []}, 422)
        notice = self._paper("bank_officer", "acceleration_notice")["id"]
        self.api.do(
            "bank_officer", f"documents/{notice}/shares", {"organisation_id": self.firm_id}, late=None,
            foreign=("other_bank_officer",), wrong_role=("auditor",),
        )  # fmt: skip
        body = {"notice_document_id": notice}
        self.api.do(
            "bank_approver", f"{self.loan}/acceleration", body, wrong_role=("bank_officer", "owner"),
            foreign=("other_bank_approver",),
        )  # fmt: skip
        assert self.api.get("owner", self.loan)["debt"]["accelerated"] is True

    # --- Compensation ------------------------------------------------------------------------------------------------
    def claim(self) -> None:
        set_clock(script.CLAIMED)
        found = self.api.get("bank_officer", f"{self.loan}/claim")
        assert found["principal_fen"] == self.outstanding_fen
        evidence = [
            {"kind": kind, "document_id": self._paper("bank_officer", kind)["id"]} for kind in found["required"]
        ]
        body = {"evidence": evidence, "interest_fen": 0, "penalty_fen": 0, "explanation": script.REASON}
        filed = self.api.do(
            "bank_officer", f"{self.loan}/claim", body, foreign=("other_bank_officer", "enterprise"),
            wrong_role=("bank_approver", "owner"),
        )  # fmt: skip
        self.claim_path, self.claim_number = f"claims/{filed['number']}", filed["number"]
        self.debt = self.api.get("owner", f"{self.loan}/debt?on=2025-01-31")

    def decide(self) -> None:
        yes = {"agree": True, "note": script.REASON}
        desks = [
            (script.REVIEWED, "first_reviewer", "first-review", ("other_prefecture_reviewer", "other_bank_officer")),
            (script.CHECKED, "checker", "check", ("other_prefecture_reviewer", "enterprise")),
            (script.AGREED, "approver", "approve", ("other_prefecture_reviewer", "enterprise")),
        ]
        for day, who, step, foreign in desks:
            set_clock(day)
            others = {"first_reviewer", "checker", "approver", "bank_officer", "auditor"} - {who}
            self._too_early(step, yes)
            self.api.do(who, f"{self.claim_path}/{step}", yes, wrong_role=sorted(others), foreign=foreign)
        self.shared = self.api.get("auditor", self.claim_path)["outcome"]["allocation"]
        self._shared_to_the_fen()
        self.api.do(
            "checker", f"{self.claim_path}/publicise", wrong_role=("approver", "first_reviewer", "bank_officer"),
            foreign=("other_prefecture_reviewer", "other_bank_officer"),
        )  # fmt: skip
        [notice] = self.api.get("public", "notices")
        assert notice["number"] == self.claim_number
        assert script.FIRM not in str(notice)

    def _too_early(self, step: str, yes: dict[str, Any]) -> None:
        """A desk that comes before its turn is told so."""
        waiting = {"check": "approve", "first-review": "check"}.get(step)
        if waiting:
            who = {"approve": "approver", "check": "checker"}[waiting]
            self.api.refused(who, f"{self.claim_path}/{waiting}", yes, 409)

    def _shared_to_the_fen(self) -> None:
        loss = self.outstanding_fen
        assert sum(self.shared.values()) == loss
        assert self.shared["fund"] == script.fund_share(loss)
        assert abs(self.shared["insurer"] - loss * 16 / 100) < 1
        assert abs(self.shared["appraiser"] - loss * 4 / 100) < 1

    def compensate(self) -> None:
        order = {
            "kind": "claim_payment", "subject": self.claim_number, "amount_fen": self.shared["fund"],
            "reference": "BK-0101",
        }  # fmt: skip
        self.api.refused("cashier", "orders", order, 409)  # nothing is paid while the claim is publicised
        set_clock(script.PAYABLE)
        self._move_money(order)
        assert self.api.get("bank_officer", self.claim_path)["state"] == "PAID"
        assert self.api.get("owner", f"{self.loan}/debt?on=2025-01-31") == self.debt
        assert script.broken_laws() == []

    def _move_money(self, order: dict[str, Any]) -> None:
        made = self.api.do("cashier", "orders", order, wrong_role=("accountant", "approver", "bank_officer"))
        self.api.do(
            "accountant", f"orders/{made['number']}/confirm", wrong_role=("cashier", "approver"),
            foreign=("bank_officer", "owner"),
        )  # fmt: skip

    # --- Recovery ----------------------------------------------------------------------------------------------------
    def dispose(self) -> None:
        set_clock(script.SOLD)
        for registry, pledge in self.pledges.items():
            settled = self._sell(registry, pledge, max(1_000_000, int(self.value_fen * 0.18)))
            parts = settled["disposal"]
            proceeds = sum(parts[name] for name in ("cost_fen", "interest_fen", "principal_fen", "surplus_fen"))
            assert proceeds == parts["price_fen"]
            assert sum(settled["allocation"].values()) == parts["principal_fen"], "the scheme bears principal alone"
            self._receive(settled["recovery"])

    def _sell(self, registry: str, pledge: int, value_fen: int) -> Any:
        officer: dict[str, Any] = {"wrong_role": ("bank_approver", "owner"), "foreign": ("other_bank_officer",)}
        disposal = self.api.do("bank_officer", f"{self.loan}/disposals", {"pledge_id": pledge}, **officer)
        path, on = f"disposals/{disposal['id']}", script.SOLD.date().isoformat()
        steps = {
            "valuation": {"appraised_value_fen": value_fen, "document_id": self._paper("bank_officer", "report")["id"]},
            "listing": {
                "reserve_price_fen": -(-value_fen * 7 // 10),
                "agreement_document_id": self._paper("bank_officer", "disposal_agreement")["id"],
            },
            "auction": {"notice": "拍卖公告 1 号"},
            "sale": {"price_fen": value_fen * 8 // 10, "buyer": "受让人", "sold_on": on},
        }  # fmt: skip
        for step, body in steps.items():
            self.api.do("bank_officer", f"{path}/{step}", body, **officer)
        keyed = {
            "cost_fen": value_fen // 50, "received_on": on, "reference": f"PM-{registry}",
            "transfer_notice_no": f"ZR-{registry}",
        }  # fmt: skip
        officer["wrong_role"] = ("owner",)
        self.api.do("bank_officer", f"{path}/settlement", keyed, late=None, **officer)
        return self.api.do(
            "bank_approver", f"{path}/confirmation", wrong_role=("bank_officer", "owner"),
            foreign=("other_bank_approver",),
        )  # fmt: skip

    def _receive(self, recovery: str) -> None:
        due = [row for row in self.api.get("cashier", "orders/due") if row["subject"] == recovery]
        for one in due:
            known = {name: one[name] for name in ("kind", "subject", "amount_fen")}
            self._move_money(known | {"reference": f"BK-{recovery}"})
        assert due

    def balance(self) -> None:
        set_clock(script.LOOKED_AT)
        figures = {"file": ("region.csv", OFFICIAL_FIGURES.encode())}
        self.api.do("checker", "indicators", files=figures, wrong_role=("approver", "auditor", "owner"), late=None)
        verdict = self.api.get("auditor", "ledger/verify")
        assert verdict["ok"] is True
        assert script.broken_laws() == []
        self.api.get("owner", "overview", status=403)
        view = self.api.get("approver", "overview")
        assert view["headline"]["target_fen"] == 930_000_000_000
        assert view["headline"]["platform"]["amount_fen"] == script.PRINCIPAL_FEN
        for figure in view["figures"]:
            assert self.opens(figure["address"]), figure

    def opens(self, address: str) -> bool:
        self.api.client.force_login(self.cast["approver"])
        return self.api.client.get(address).status_code == 200


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


def terms(bank: str) -> dict[str, Any]:
    percent, fee_fen = script.BIDS[bank]
    fees = [{"name": "担保费", "payee": "担保公司", "amount_fen": fee_fen}] if fee_fen else []
    return {
        "amount_fen": script.PRINCIPAL_FEN, "term_months": script.TERM_MONTHS, "method": "equal_instalment",
        "annual_rate": f"{float(percent) / 100:.4f}", "security": "guarantor" if fee_fen else "none", "fees": fees,
        "valid_until": "2024-05-31", "contact": "联系人",
    }  # fmt: skip
