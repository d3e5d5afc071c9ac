"""How firms and applications of the fictional region live: each acts, then says when it wants to go on.

A life is a generator of moments. `history` lets all lives go on in the order of time, so that numbers, ledgers and
queues come about as they would in a real office. Every act is a use case of the platform, by the person whose it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from random import Random
from typing import Any

from banks_portal import queries as portal
from banks_portal.services import (
    claims,
    contracts,
    credit,
    diligence,
    endings,
    lending,
    offers,
    openings,
    restructurings,
    selections,
    servicing,
)
from finance_platform.demo import acts, cast, region, rights
from finance_platform.demo.cast import moment, user
from finance_platform.demo.region import BUSINESS_DATE, Firm
from finance_platform.foundation import viewer
from finance_platform.foundation.models import User
from finance_platform.foundation.services import documents, organisations
from pledges import queries as pledges
from pledges.rules.verification import questions
from pledges.services import (
    agreements,
    applications,
    asset_imports,
    assets,
    enterprises,
    loans,
    registrations,
    tags,
    verification,
)
from risk_fund.services import claims as fund_claims

SCHEME = "IP-LEVERAGE-10"
LTV_LIMIT = Decimal("0.5")
# Where the names of owners and of third-party pledgors begin, behind those of the offices' posts.
FIRMS, PLEDGORS = 6, 8
REDUCED_RATE = Decimal("0.035")
Moments = Iterator[datetime]


# --- Firms -----------------------------------------------------------------------------------------------------------
def firm_life(plan: "Plan") -> Moments:
    """The firm of a first application registers and lists its rights; two verifiers judge them some days later.

    Where a third party will pledge, the first right is in his name: the firm lists it apart, with his name.
    """
    firm = plan.firm
    yield (start := moment(region.HISTORY_BEGINS + timedelta(days=firm.serial // 2), 9, firm.serial % 60))
    owner = _register(firm, start)
    own = rights.rights_of(firm)
    if plan.holder:
        assets.list_asset(by=owner, at=start, **own.pop(0).fields | {"owner_name": plan.holder})
    asset_imports.run(
        by=owner, at=start, filename="知识产权清单.xlsx", data=rights.workbook(own),
        enterprise_id=owner.organisation.pk,  # type: ignore[union-attr]
    )  # fmt: skip
    listed = list(pledges.assets_visible_to(owner).order_by("pk"))
    for asset in listed:
        assets.submit(by=owner, at=start, asset_id=asset.pk)
    yield (at := start + timedelta(days=3))
    for asset in listed:
        _verify(firm, asset, at)


def _register(firm: Firm, at: datetime) -> User:
    owner = organisations.register_enterprise(
        by=user("public"), at=at, name=firm.name, region_code=firm.region, fictional=True,
        credit_code=cast.credit_code("91", firm.region, firm.serial), full_name=region.person_name(firm.serial, FIRMS),
        username=firm.username, password=region.PASSWORD,
    )  # fmt: skip
    enterprises.revise_profile(
        by=owner, at=at, size="small" if firm.revenue_fen < 8_000_000_000 else "medium",
        industry_code=firm.trade.industry, founded_on=firm.founded_on, employees=30 + firm.serial % 90,
        revenue_last_year_fen=firm.revenue_fen, total_assets_fen=firm.revenue_fen * 3 // 2,
        total_debt_fen=firm.revenue_fen // 2, tags=[firm.trade.name],
    )  # fmt: skip
    return owner


def _verify(firm: Firm, asset: Any, at: datetime) -> None:
    second = _check_first(firm, asset, at)
    verdict = pledges.pledgeability(asset, at.date())
    ground = verdict.grounds[0].code if verdict.grounds else ""
    verification.second_check(by=second, at=at, asset_id=asset.pk, ok=not ground, ground=ground)
    for tag in tags.propose(by=second, at=at, asset_id=asset.pk):
        tags.decide(by=second, at=at, tag_id=tag.pk, confirm=True)


def _check_first(firm: Firm, asset: Any, at: datetime) -> User:
    """Let the first verifier judge a right; returns the second one of the prefecture."""
    place = region.PREFECTURES[firm.region][1]
    answers = dict.fromkeys(questions(asset.registry), False)
    verification.first_check(
        by=user(f"{place}.verifier1"), at=at, asset_id=asset.pk, findings=answers, note="登记簿副本一致"
    )
    return user(f"{place}.verifier2")


def newest_right(firm: Firm, *, checked: bool) -> Moments:
    """A firm lists one more right just before the business date; where `checked`, it waits for the second verifier."""
    yield (at := moment(BUSINESS_DATE - timedelta(days=4), 11))
    asset = assets.list_asset(by=user(firm.username), at=at, **rights.newest_right_of(firm).fields)
    assets.submit(by=user(firm.username), at=at, asset_id=asset.pk)
    if checked:
        yield (at := moment(BUSINESS_DATE - timedelta(days=3), 16))
        _check_first(firm, asset, at)


# --- Applications ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Plan:
    """What will become of an application, decided before it begins.

    `third_party`: "person" or "organisation" if one pledges a right for the firm, "counter" if a guarantor is pledgee.
    """

    serial: int
    firm: Firm
    outcome: str
    starts_on: date
    first_pool: bool
    third_party: str = ""

    @property
    def holder(self) -> str:
        """The name of the third party who pledges; empty where the firm pledges alone."""
        names = {
            "person": f"{region.person_name(self.firm.serial, PLEDGORS)}(演示)",
            "organisation": self.firm.name.replace("有限公司", "控股有限公司"),
        }  # fmt: skip
        return names.get(self.third_party, "")

    @property
    def rng(self) -> Random:
        return Random(region.SEED * 7 + self.serial)

    @property
    def place(self) -> str:
        return region.PREFECTURES[self.firm.region][1]


class Life:
    """One application on its way; each method is a stage, `Plan.outcome` says where the way ends."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.rng = plan, plan.rng
        self.firm = plan.firm
        self.banks = self.rng.sample([key for _name, key in region.BANKS], 3)
        self.appraiser = self.rng.choice([key for _name, key in region.APPRAISERS])
        self.term_months = 12 if plan.outcome == "SETTLED" else self.rng.choice([24, 36])
        if plan.outcome in APPRAISAL_STAGES:
            self.appraiser = "caoyuan"
        self.method = self.rng.choice(["interest_only"] * 10 + ["equal_instalment", "equal_principal"])
        if plan.outcome == "RESTRUCTURED":  # it is the principal of each month that the firm cannot bring up
            self.method, self.term_months = "equal_principal", 36
        ask = int(plan.firm.revenue_fen * 0.055) // 10_000_000 * 10_000_000
        self.ask_fen = max(50_000_000, min(ask, 900_000_000 if plan.outcome not in HARMED else 160_000_000))

    @property
    def owner(self) -> User:
        return user(self.firm.username)

    def officer(self, key: str | None = None) -> User:
        return user(f"{key or self.winner}.officer")

    def live(self) -> Moments:
        """Go from draft to wherever the plan ends."""
        day = self.plan.starts_on
        yield moment(day, 10, self.plan.serial % 60)
        self._draft(moment(day))
        if self.plan.outcome == "DRAFT":
            return
        applications.submit(by=self.owner, at=moment(day, 11), application_id=self.application)
        yield from self._desk(day + timedelta(days=2))
        if self.plan.outcome in {"SUBMITTED", "RETURNED", "REJECTED"}:
            return
        yield from self._appraisal(day + timedelta(days=3))
        if self.plan.outcome in APPRAISAL_STAGES:
            return
        yield from self._bidding(day + timedelta(days=8))
        if self.plan.outcome in {"PUBLISHED", "OPENED", "WITHDRAWN"}:
            return
        yield from self._credit(day + timedelta(days=15))
        if self.plan.outcome in {"MATCHED", "DUE_DILIGENCE", "APPROVED"}:
            return
        yield from self._contracts(day + timedelta(days=20))
        if self.plan.outcome == "CONTRACTED":
            return
        yield from self._lending(day + timedelta(days=28))

    # --- Draft and desk ---
    def _draft(self, at: datetime) -> None:
        owned = list(pledges.assets_visible_to(self.owner).order_by("pk"))
        pool = owned[:3] if self.plan.first_pool else owned[3:]
        fit = [asset for asset in pool if asset.state == "ELIGIBLE"] or pool[:1]
        bank_ids = [self.officer(key).organisation.pk for key in self.banks]  # type: ignore[union-attr]
        draft = applications.draft(
            by=self.owner, at=at, amount_fen=self.ask_fen, term_months=self.term_months, bank_ids=bank_ids,
            purpose=f"{self.firm.trade.name}扩产流动资金", purpose_code="working_capital", consents=acts.CONSENTS,
            repayment="bullet" if self.method == "interest_only" else self.method,
            asset_ids=[asset.pk for asset in fit], pledgors=self._pledgors(fit, at),
        )  # fmt: skip
        self.application = draft.pk
        for kind in ("business_licence", "financial_statements"):
            data = f"演示数据 {kind} {self.firm.name} {draft.number}".encode()
            applications.attach(
                by=self.owner, at=at, application_id=draft.pk, kind=kind, filename=f"{kind}.txt", data=data
            )

    def _pledgors(self, pool: list[Any], at: datetime) -> list[dict[str, Any]]:
        """Return the third party with the rights in his name and his consent."""
        theirs = [asset.pk for asset in pool if asset.owner_name == self.plan.holder]
        if not theirs:
            return []
        consent = acts.paper(self.owner, at, "pledgor_consent", self.plan.holder)
        return [{
            "kind": self.plan.third_party, "name": self.plan.holder, "asset_ids": theirs,
            "consent_document_id": consent, "id_number": f"15010219800101{self.plan.serial:04d}",
            "relation": "实际控制人" if self.plan.third_party == "person" else "关联企业",
        }]  # fmt: skip

    def _desk(self, day: date) -> Moments:
        intake = user(f"{self.plan.place}.intake")
        if self.plan.outcome == "SUBMITTED":
            return
        yield (at := moment(day, 9, 30))
        call: dict[str, Any] = {"by": intake, "at": at, "application_id": self.application}
        if self.plan.outcome == "RETURNED":
            applications.return_for_completion(**call, missing=["最近一期财务报表缺公章页", "股东会决议"])
        elif self.plan.outcome == "REJECTED":
            applications.reject(**call, reason="申请人不属于中小微企业的情形须另行核实:演示")
        else:
            self.deadline = moment(day + timedelta(days=10), 17)
            if self.plan.outcome in {"PUBLISHED", *APPRAISAL_STAGES}:
                self.deadline = moment(BUSINESS_DATE + timedelta(days=4 + self.plan.serial % 5), 17)
            applications.accept(**call, offer_deadline=self.deadline)

    # --- Value and price ---
    def _appraisal(self, day: date) -> Moments:
        yield (at := moment(day, 14))
        people = {role: user(f"{self.appraiser}.{role}") for role in ("appraiser", *cast.APPRAISER_STAFF)}
        steps = acts.appraisal(self.owner, people, self.application, at, seed=self.plan.serial)
        *_before, found = islice(steps, APPRAISAL_STAGES.get(self.plan.outcome))
        if self.plan.outcome not in APPRAISAL_STAGES:
            self.value_fen = found.appraised_value_fen

    def _bidding(self, day: date) -> Moments:
        spread = self.rng.randint(40, 160)
        for place, key in enumerate(self.banks):
            yield (at := moment(day, 15, place * 7))
            terms = self._terms(at, bp=spread + 25 * place, fees=place)
            offers.save(by=self.officer(key), at=at, application_id=self.application, terms=terms, seal=True)
        if self.plan.outcome == "PUBLISHED":
            return
        yield (at := self.deadline + timedelta(minutes=5))
        openings.open_due(by=cast.system(), at=at)
        if self.plan.outcome == "WITHDRAWN":
            yield (at := self.deadline + timedelta(days=1))
            endings.withdraw(by=self.owner, at=at, application_id=self.application, reason="资金需求变化")

    def _terms(self, at: datetime, bp: int, fees: int) -> dict[str, Any]:
        amount = min(self.ask_fen, int(self.value_fen * 0.48) // 10_000_000 * 10_000_000)
        charged = [{"name": "担保费", "payee": "担保公司", "amount_fen": amount // 100 * fees, "after_months": 0}]
        return {
            "amount_fen": max(amount, 10_000_000), "term_months": self.term_months, "method": self.method,
            "settlement": "quarter", "lpr": "1Y", "bp": bp, "with_cover": True, "conditions": "", "security": "none",
            "valid_until": (self.deadline + timedelta(days=45)).date().isoformat(), "contact": "演示联系人",
            "fees": charged if fees else [],
        }  # fmt: skip

    def _credit(self, day: date) -> Moments:
        yield (at := moment(day, 10))
        with viewer.seen_by(self.owner):
            opened: list[Any] = list(portal.offers.offers_visible_to(self.owner).filter(application=self.application))
        chosen = min(opened, key=lambda offer: (offer.terms["bp"], str(offer.pk)))
        self.winner = next(key for key in self.banks if self.officer(key).organisation == chosen.bank)
        selections.select(by=self.owner, at=at, offer_id=chosen.pk)
        if self.plan.outcome == "MATCHED":
            return
        yield (at := moment(day + timedelta(days=1), 10))
        diligence.start(by=self.officer(), at=at, application_id=self.application)
        if self.plan.outcome == "DUE_DILIGENCE":
            return
        decision = credit.propose(
            by=self.officer(), at=at, application_id=self.application, principal_fen=chosen.terms["amount_fen"],
            ltv_limit=LTV_LIMIT, note="经营正常,第一还款来源充足(演示)", scheme_code=SCHEME,
        )  # fmt: skip
        for number in (1, 2):
            yield (at := moment(day + timedelta(days=1 + number), 11))
            credit.approve(by=user(f"{self.winner}.approver{number}"), at=at, decision_id=decision.pk)

    # --- Contract and pledge ---
    def _contracts(self, day: date) -> Moments:
        yield (at := moment(day, 10))
        officer = self.officer()
        papers = [acts.paper(officer, at, kind, str(self.application)) for kind in ("pledge_contract", "loan_contract")]
        agreement = contracts.prepare(
            by=officer, at=at, application_id=self.application, contract_document_id=papers[0],
            loan_contract_document_id=papers[1], pledgees=self._pledgees(officer),
        )  # fmt: skip
        for signer in (self.owner, officer):
            agreements.sign(by=signer, at=at, agreement_id=agreement.pk)
        if self.plan.outcome == "CONTRACTED":
            return
        yield (at := moment(day + timedelta(days=1), 10))
        filed = [
            registrations.file(by=officer, at=at, agreement_id=agreement.pk, registry=registry)
            for registry in pledges.registries_of(agreement)
        ]
        yield (at := moment(day + timedelta(days=5), 16))
        for pledge in filed:
            result = {
                "pledge_id": pledge.pk, "registered_on": at.date(),
                "certificate_no": f"DEMO-{pledge.registry[:2].upper()}-{self.plan.serial:04d}",
            }  # fmt: skip
            registrations.key_result(by=officer, at=at, **result)
            registrations.confirm_result(by=user(f"{self.winner}.approver1"), at=at, **result)

    def _pledgees(self, officer: User) -> list[dict[str, Any]] | None:
        if self.plan.third_party != "counter":
            return None
        guarantor = user("guarantor.officer").organisation
        return [{"organisation_id": guarantor.pk, "role": "counter"}]  # type: ignore[union-attr]

    # --- Loan ---
    def _lending(self, day: date) -> Moments:
        yield (at := moment(day, 14))
        guarantor = user("guarantor.officer").organisation.pk if self.plan.third_party == "counter" else None  # type: ignore[union-attr]
        loan = lending.disburse(
            by=self.officer(), at=at, application_id=self.application, disbursed_on=day, guarantor_id=guarantor
        )
        self.loan = loan.pk
        yield from self._repay(loan)
        if self.plan.outcome == "RESTRUCTURED":
            yield from self._restructure(loan)
        if self.plan.outcome in HARMED:
            yield from self._default(loan)

    def _repay(self, loan: Any) -> Moments:
        instalments = list(loan.instalments.order_by("no"))
        paid = instalments if self.plan.outcome not in TROUBLED else instalments[: self._paid_before(instalments)]
        for row in paid:
            if row.due > BUSINESS_DATE:
                return
            yield (at := moment(row.due, 15))
            self._receive(loan, at, row.interest_fen + row.principal_fen, f"{row.no:03d}")
        yield (at := moment(paid[-1].due, 16) if paid else moment(loan.disbursed_on, 16))
        if self.plan.outcome == "SETTLED":
            loans.settle(by=self.officer(), at=at, loan_id=loan.pk)
            yield (at := moment(paid[-1].due + timedelta(days=3), 16))
            self._let_go(loan, "repaid", at)

    def _receive(self, loan: Any, at: datetime, amount_fen: int, slip: str) -> None:
        servicing.record_receipt(
            by=self.officer(), at=at, loan_id=loan.pk, received_on=at.date(), amount_fen=amount_fen,
            reference=f"{loan.number}-{slip}",
        )  # fmt: skip

    def _restructure(self, loan: Any) -> Moments:
        """Let an instalment's principal go unpaid; interest and penalty come in, and principal is put off."""
        missed = _next_unpaid(loan)
        yield (at := moment(missed.due + timedelta(days=1), 8, 30))
        loans.run_day(by=cast.system(), at=at, on=at.date(), loan_id=loan.pk)
        yield (at := moment(missed.due + timedelta(days=10), 9))
        owed = pledges.debt(loan, at.date())
        self._receive(loan, at, owed.interest_fen + owed.penalty_fen + owed.compound_fen, "CZ")
        agreement = acts.paper(self.officer(), at, "restructuring_agreement", loan.number)
        found = restructurings.propose(
            by=self.officer(), at=at, loan_id=loan.pk, agreed_on=at.date(), annual_rate=REDUCED_RATE,
            plan={"method": "interest_only", "settlement": "quarter", "maturity": loan.maturity},
            agreement_document_id=agreement, difficulty="主要客户推迟付款,流动资金紧张(演示)",
        )  # fmt: skip
        yield (at := at + timedelta(hours=5))
        restructurings.approve(by=user(f"{self.winner}.approver1"), at=at, restructuring_id=found.pk)
        loan.refresh_from_db()
        for row in pledges.instalments(loan, found.agreed_on):
            yield (at := moment(row.due, 15))
            self._receive(loan, at, row.interest_fen + row.principal_fen, f"CZ-{row.no:03d}")

    def _let_go(self, loan: Any, ground: str, at: datetime) -> None:
        for pledge in pledges.live_pledges(loan.agreement):
            acts.let_go(self.officer(), pledge, ground, at)

    def _paid_before(self, instalments: list[Any]) -> int:
        """Return how many instalments come in: overdue loans stop shortly before the business date."""
        if self.plan.outcome == "OVERDUE":
            late = BUSINESS_DATE - timedelta(days=12 + 17 * (self.plan.serial % 6))
            return sum(row.due < late for row in instalments)
        return 2

    def _default(self, loan: Any) -> Moments:
        missed = _next_unpaid(loan).due
        yield (at := _soon(missed + timedelta(days=1)))
        loans.run_day(by=cast.system(), at=at, on=at.date(), loan_id=loan.pk)
        if self.plan.outcome == "OVERDUE":
            return
        # A claim still on its way on the business date came as soon as the scheme's waiting time was over.
        waited = 96 if self.plan.outcome not in UNDER_WAY else 76
        yield (at := moment(missed + timedelta(days=waited), 10))
        loans.run_day(by=cast.system(), at=at, on=at.date(), loan_id=loan.pk)
        notice = acts.paper(self.officer(), at, "acceleration_notice", loan.number)
        approver = user(f"{self.winner}.approver1")
        documents.share(
            by=self.officer(),
            at=at,
            document_id=notice,
            organisation_id=approver.organisation.pk,  # type: ignore[union-attr]
        )
        servicing.accelerate(by=approver, at=at, loan_id=loan.pk, notice_document_id=notice)
        if self.plan.outcome == "ACCELERATED":
            return
        yield from self._claim(loan, at.date() + timedelta(days=5))

    def _claim(self, loan: Any, day: date) -> Moments:
        yield (at := moment(day, 10))
        evidence = [
            {"kind": kind, "document_id": str(acts.paper(self.officer(), at, kind, loan.number))}
            for kind in acts.EVIDENCE
        ]
        claim = claims.file(
            by=self.officer(), at=at, loan_id=loan.pk, evidence=evidence, interest_fen=0, penalty_fen=0,
            explanation="方案只补本金,利息罚息不申请",
        )  # fmt: skip
        stages = [
            (4, fund_claims.first_review, f"{self.plan.place}.first"), (7, fund_claims.check, "ip.checker"),
            (10, fund_claims.approve, "finance.approver"),
        ]  # fmt: skip
        reached = CLAIM_STAGES.get(self.plan.outcome, 9)
        for days, step, who in stages[:reached]:
            yield (at := moment(day + timedelta(days=days), 10))
            step(by=user(who), at=at, claim_id=claim.pk, agree=True, note="方案只补本金,利息差异不影响补偿")
        if reached < len(stages):
            return
        yield (at := moment(day + timedelta(days=11), 10))
        fund_claims.publicise(by=cast.system(), at=at, claim_id=claim.pk)
        if self.plan.outcome == "PUBLICISED":
            return
        yield (at := moment(day + timedelta(days=26), 10))
        claim.refresh_from_db()
        acts.move_money("claim_payment", claim.number, claim.compensation_fen, at)
        if self.plan.outcome in {"RECOVERED", "WRITTEN_OFF"}:
            yield from self._dispose(loan, day + timedelta(days=60))

    def _dispose(self, loan: Any, day: date) -> Moments:
        yield (at := moment(day, 10))
        officer = self.officer()
        loan.refresh_from_db()
        for pledge in pledges.live_pledges(loan.agreement):
            acts.sell(officer, user(f"{self.winner}.approver1"), loan, pledge, int(self.value_fen * 0.12), at)
        yield (at := moment(day + timedelta(days=6), 10))
        self._let_go(loan, "realised", at)
        if self.plan.outcome == "WRITTEN_OFF":
            yield (at := moment(day + timedelta(days=40), 10))
            approver = user(f"{self.winner}.approver1")
            loans.write_off(by=approver, at=at, loan_id=loan.pk, ruling=f"演示裁定 {loan.number}")


def _next_unpaid(loan: Any) -> Any:
    return loan.instalments.order_by("no")[loan.receipts.count()]


def _soon(day: date) -> datetime:
    return moment(min(day, BUSINESS_DATE), 8, 30)


# Outcomes that leave an appraisal in hand, and after which of its steps.
APPRAISAL_STAGES = {"COMMISSIONED": 1, "MEASURED": 2, "DRAFTED": 3, "REVIEWED": 4}
# Outcomes in which the borrower stops paying, and how far the claim gets.
HARMED = frozenset(
    {"OVERDUE", "ACCELERATED", "CLAIM_FILED", "CLAIM_REVIEWED", "CLAIM_CHECKED", "PUBLICISED", "PAID", "RECOVERED",
     "WRITTEN_OFF"}
)  # fmt: skip
TROUBLED = HARMED | {"RESTRUCTURED"}
CLAIM_STAGES = {"CLAIM_FILED": 0, "CLAIM_REVIEWED": 1, "CLAIM_CHECKED": 2}
UNDER_WAY = frozenset({*CLAIM_STAGES, "PUBLICISED"})
