"""The story as one journey through /api/v1/, each step by its own role and tried by those who must not."""

from datetime import date
from typing import Any

import pytest
from django.core.management import call_command

from finance_platform.demo.region import OFFICIAL_FIGURES
from tests.factories import set_clock
from tests.journeys import script
from tests.journeys.award_over_api import Award
from tests.journeys.script import Cast

pytestmark = pytest.mark.django_db


def test_one_loan_from_listing_to_recovery_over_the_json_door(actors, calendars):
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
            self._let_go(pledge)

    def _let_go(self, pledge: int) -> None:
        outsiders: dict[str, Any] = {"wrong_role": ("owner", "checker"), "foreign": ("other_bank_officer",)}
        path = f"pledges/{pledge}"
        self.api.do("bank_officer", f"{path}/cancellation", {"ground": "realised"}, **outsiders)
        gone = self.api.do("bank_officer", f"{path}/cancellation-result", {"notice_no": f"ZX-{pledge}"}, **outsiders)
        assert (gone["state"], gone["cancellation_reason"]) == ("CANCELLED", "质权已实现")

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
