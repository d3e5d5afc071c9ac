"""Take over a portfolio of existing loans: everything a disbursement presupposes, written set by set.

Borrowers, banks with their people, one representative right per loan, applications carried along their legal moves,
signed agreements, registered pledges. Every move is an update that the database's own state table accepts, and leaves
its line in the record; nobody of a replay can sign in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from finance_platform.foundation import viewer
from finance_platform.foundation.errors import Invalid
from finance_platform.foundation.models import (
    Document,
    DocumentContent,
    Region,
    StateChange,
    User,
)
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.services import numbers
from finance_platform.foundation.use_case import use_case
from pledges.models import (
    Application,
    ApplicationAsset,
    IpAsset,
    Pledge,
    PledgeAgreement,
    PledgedAsset,
    Pledgee,
    Pledgor,
)
from pledges.rules import portfolios as rules
from pledges.rules.applications import CONSENTS, TERM_MONTHS_MAX
from pledges.rules.portfolios import ExistingLoan
from pledges.services import _portfolio_parties as parties
from pledges.services._portfolio_parties import BATCH, Staff, moment_of

REGISTRY = "copyright"
TO_APPROVED = ("submit", "accept", "select_offer", "start_diligence", "approve")


@dataclass(frozen=True)
class TakenOver:
    """A loan ready to be paid out: its application, the lender's people, the source's record as a document."""

    application_id: int
    document_id: UUID
    staff: Staff


@dataclass
class _Case:
    """One loan on its way through the sets."""

    loan: ExistingLoan
    moment: datetime
    staff: Staff
    firm: User
    document: Document
    right: IpAsset
    application: Application
    agreement: PledgeAgreement | None = None


@use_case(Permission.PORTFOLIO_REPLAY)
def take_over(
    *, by: User, at: datetime, loans: Sequence[ExistingLoan], region_code: str, source: str
) -> dict[str, TakenOver]:
    """Bring in what existing loans presuppose, each as of its own day; returns them by key, ready to be paid out.

    `source` names the file in the evidence of every move. Applications name at most the platform's longest term; the
    loan's own term stands in its contract. Raises: Invalid (region, a loan listed twice, an amount or term below one).
    Writes: organisations, people, documents, rights, applications, agreements, pledges, and all their moves.
    """
    region = _check(loans, region_code)
    banks = parties.banks(loans, region)
    firms = parties.firms(loans, region)
    cases = _cases(loans, banks, firms, region, by)
    moves = _Moves(by, source)
    _list_rights(cases, moves)
    _apply(cases, moves)
    _sign(cases, moves)
    _register(cases, moves)
    return {case.loan.key: TakenOver(case.application.pk, case.document.pk, case.staff) for case in cases}


def _check(loans: Sequence[ExistingLoan], region_code: str) -> Region:
    region = Region.objects.filter(code=region_code, parent="150000").first()
    if region is None:
        raise Invalid("没有这个盟市", fields={"region_code": "请填写盟市的区划代码"})
    if len({loan.key for loan in loans}) != len(loans):
        raise Invalid("同一笔贷款出现两次", fields={"loans": "请删去重复的行"})
    if any(loan.principal_fen < 1 or loan.instalments < 1 for loan in loans):
        raise Invalid("贷款金额和期数须大于零", fields={"loans": "请核对来源文件"})
    return region


# --- What was agreed -------------------------------------------------------------------------------------------------
def _cases(
    loans: Sequence[ExistingLoan], banks: Mapping[str, Staff], firms: Sequence[User], region: Region, by: User
) -> list[_Case]:
    papers = _papers(loans, banks)
    return [
        _Case(
            loan, moment_of(loan), banks[loan.bank], firm, papers[loan.key], _right(loan, firm, by),
            _application(loan, firm, banks[loan.bank], region, by),
        )
        for loan, firm in zip(loans, firms, strict=True)
    ]  # fmt: skip


def _papers(loans: Sequence[ExistingLoan], banks: Mapping[str, Staff]) -> dict[str, Document]:
    """Store each loan's record as its bank's document; the database lets a bank store only its own."""
    papers: dict[str, Document] = {}
    for name, staff in banks.items():
        own = [loan for loan in loans if loan.bank == name]
        papers |= {loan.key: _paper(loan, staff) for loan in own}
        with viewer.seen_by(staff.officer):
            Document.objects.bulk_create([papers[loan.key] for loan in own], BATCH)
            DocumentContent.objects.bulk_create(
                [DocumentContent(document=papers[loan.key], data=loan.record) for loan in own], BATCH
            )
    return papers


def _paper(loan: ExistingLoan, staff: Staff) -> Document:
    return Document(
        owner=staff.bank, kind="replayed_record", filename=f"{loan.key}.json", media_type="application/json",
        size_bytes=len(loan.record), sha256=sha256(loan.record).hexdigest(), subject=f"replay:{loan.key}",
        number=numbers.take("HZ", loan.disbursed_on.year, digits=6), stored_by=staff.officer, stored_at=moment_of(loan),
    )  # fmt: skip


def _right(loan: ExistingLoan, firm: User, by: User) -> IpAsset:
    return IpAsset(
        kind="copyright", registry=REGISTRY, number=f"REPLAY-{loan.key}", number_kind="registration",
        title=f"{rules.MARK}代表性权利", owner=firm.organisation, owner_name=str(firm.organisation),
        legal_status="in_force", source="replay", recorded_by=by, recorded_at=moment_of(loan),
    )  # fmt: skip


def _application(loan: ExistingLoan, firm: User, staff: Staff, region: Region, by: User) -> Application:
    moment = moment_of(loan)
    return Application(
        number=numbers.take("RZ", loan.disbursed_on.year), enterprise=firm.organisation, region=region,
        amount_fen=loan.principal_fen, term_months=min(loan.instalments, TERM_MONTHS_MAX), purpose="存量贷款组合回放",
        purpose_code="other", repayment=Application.Repayment.EQUAL_PRINCIPAL, bank_ids=[staff.bank.pk],
        consents={key: {"at": moment.isoformat(), "by": firm.pk} for key in CONSENTS}, drafted_by=firm,
        drafted_at=moment, submitted_at=moment, accepted_at=moment, offer_deadline=moment, lender=staff.bank,
        selected_offer=uuid4(), fictional=True,
    )  # fmt: skip


# --- Moves -----------------------------------------------------------------------------------------------------------
class _Moves:
    """Makes one legal move of many rows in one update, and writes a line of the record for each."""

    def __init__(self, by: User, source: str) -> None:
        self.by, self.source = by, source

    def make(self, event: str, rows: Sequence[tuple[Any, datetime]]) -> None:
        model = type(rows[0][0])
        move = next(move for move in model.machine.moves if move.event == event)
        found = model.objects.filter(pk__in=[row.pk for row, _moment in rows], state=move.source)
        if found.update(state=move.target) != len(rows):
            raise Invalid(f"{model._meta.verbose_name}:并非都处于可以“{event}”的状态", code="takeover_out_of_step")
        StateChange.objects.bulk_create([self._line(row, move, moment) for row, moment in rows], BATCH)

    def _line(self, row: Any, move: Any, moment: datetime) -> StateChange:
        return StateChange(
            subject=f"{row._meta.label}:{row.pk}", event=move.event, source=move.source, target=move.target,
            by=self.by, at=moment, evidence={"replay": self.source},
        )  # fmt: skip


def _list_rights(cases: Sequence[_Case], moves: _Moves) -> None:
    IpAsset.objects.bulk_create([case.right for case in cases], BATCH)
    for event in ("submit", "verify_ok"):
        moves.make(event, [(case.right, case.moment) for case in cases])


def _apply(cases: Sequence[_Case], moves: _Moves) -> None:
    """Draft every application with its pool of one right, and carry it to its approval."""
    Application.objects.bulk_create([case.application for case in cases], BATCH)
    pledgors = Pledgor.objects.bulk_create(
        [
            Pledgor(
                application=case.application, kind="borrower", organisation=case.firm.organisation,
                name=str(case.firm.organisation),
            )
            for case in cases
        ],
        BATCH,
    )  # fmt: skip
    ApplicationAsset.objects.bulk_create(
        [
            ApplicationAsset(application=case.application, asset=case.right, pledgor=pledgor)
            for case, pledgor in zip(cases, pledgors, strict=True)
        ],
        BATCH,
    )
    for event in TO_APPROVED:
        moves.make(event, [(case.application, case.moment) for case in cases])


def _sign(cases: Sequence[_Case], moves: _Moves) -> None:
    """Prepare and sign the agreements; the source's record stands for both contracts."""
    for case in cases:
        case.agreement = _agreement(case)
    PledgeAgreement.objects.bulk_create([_made(case) for case in cases], BATCH)
    Pledgee.objects.bulk_create(
        [Pledgee(agreement=_made(case), organisation=case.staff.bank, role="sole") for case in cases], BATCH
    )
    moves.make("sign", [(case.application, case.moment) for case in cases])


def _agreement(case: _Case) -> PledgeAgreement:
    officer, loan, paper = case.staff.officer, case.loan, case.document
    return PledgeAgreement(
        application=case.application, number=numbers.take("ZY", loan.disbursed_on.year), lender=case.staff.bank,
        secured_amount_fen=loan.principal_fen, maturity=rules.secured_until(loan), contract_document=paper,
        loan_contract_document=paper, contract_sha256=paper.sha256, loan_contract_sha256=paper.sha256,
        prepared_by=officer, prepared_at=case.moment, signed_by_borrower=case.firm, signed_by_borrower_at=case.moment,
        signed_by_lender=officer, signed_by_lender_at=case.moment,
    )  # fmt: skip


def _made(case: _Case) -> PledgeAgreement:
    assert case.agreement is not None
    return case.agreement


def _register(cases: Sequence[_Case], moves: _Moves) -> None:
    """Register every pledge on the day of disbursement, keyed and confirmed by two persons of the bank."""
    pledges = Pledge.objects.bulk_create([_pledge(case) for case in cases], BATCH)
    PledgedAsset.objects.bulk_create(
        [
            PledgedAsset(pledge=pledge, asset=case.right, from_date=case.loan.disbursed_on)
            for pledge, case in zip(pledges, cases, strict=True)
        ],
        BATCH,
    )
    for event in ("file", "register"):
        moves.make(event, [(pledge, case.moment) for pledge, case in zip(pledges, cases, strict=True)])
    moves.make("register_pledge", [(case.right, case.moment) for case in cases])


def _pledge(case: _Case) -> Pledge:
    day, certificate = case.loan.disbursed_on, f"REPLAY-{case.loan.key}"
    return Pledge(
        agreement=_made(case), registry=REGISTRY, prepared_at=case.moment, filed_on=day,
        keyed_certificate_no=certificate, keyed_registered_on=day, keyed_by=case.staff.officer,
        keyed_hands=[case.staff.officer.pk], certificate_no=certificate, registered_on=day,
        confirmed_by=case.staff.second,
    )  # fmt: skip
