"""What both journeys share: the cast, the days, the firm's file, the offers and the fund with its scheme.

The story is that of `finance_platform.demo.story`: four rights listed, valued and pledged, three sealed offers, a loan
of 4.5 million yuan that fails after four instalments, compensated at 54 : 26 : 16 : 4 and partly recovered.
"""

from datetime import date, datetime, timedelta
from typing import Any

from finance_platform.foundation.models import AuditRow, User
from finance_platform.foundation.permissions import Role
from pledges.rules.asset_files import written
from pledges.rules.asset_imports import COLUMNS, TEMPLATE
from pledges.rules.assets import check_digit
from risk_fund.queries import ledger_checks, sharing
from risk_fund.queries.funds import fund
from risk_fund.rules.samples import QUOTA_SHARE
from risk_fund.services import funds, orders, schemes
from tests.factories import Actors, at, colleague, credit_code, make_paper, onboard
from valuation.rules.completeness import INCURABLE, STATEMENTS
from valuation.services import filings

FIRM, OWNER = "呼和浩特稀源磁材有限公司", "story.firm"
CODE = credit_code(9_700_001)
FILING = "PG-1"
STATED = {each.code: each.draft or f"{each.label}:已核查" for each in STATEMENTS if each.code not in INCURABLE}
FUND, SCHEME = "NMG", QUOTA_SHARE.code
PRINCIPAL_FEN, TERM_MONTHS = 450_000_000, 24
BIDS = {"third_bank_officer": ("3.30", 7_200_000), "bank_officer": ("3.85", 0), "other_bank_officer": ("3.90", 900_000)}
"""The nominal rate in percent and the guarantor's fee: the cheapest rate is the dearest loan."""
CONSENTS = ["data_sharing", "credit_query", "registry_check", "truthfulness"]
PAPERS = ("business_licence", "financial_statements", "ip_certificate")

FOUNDED = at(2024, 2, 1)
REGISTERS, VERIFIED, APPLIES, ACCEPTED = at(2024, 3, 4), at(2024, 3, 7), at(2024, 3, 11), at(2024, 3, 13)
APPRAISED, BIDDING, DEADLINE = at(2024, 3, 20), at(2024, 4, 1), at(2024, 4, 8, 17)
OPENED, CHOSEN = DEADLINE + timedelta(seconds=30), at(2024, 4, 10)
PROPOSED, APPROVED, SIGNED = at(2024, 4, 11), at(2024, 4, 12), at(2024, 4, 16)
FILED, PLEDGED, PAID_OUT = at(2024, 4, 17), at(2024, 4, 23), at(2024, 4, 25)
SECURED_UNTIL = date(2026, 6, 30)
CLAIMED, REVIEWED, CHECKED, AGREED = at(2025, 1, 6), at(2025, 1, 8), at(2025, 1, 10), at(2025, 1, 13)
PAYABLE, SOLD, LOOKED_AT = at(2025, 2, 6), at(2025, 3, 10), at(2025, 6, 30)
MISSED_DAYS = (1, 60, 91, 97)
"""Days after the missed due date on which the day end is run: overdue, then one class of the five after another."""
REGISTRIES = ("patent", "trademark")
REASON = "方案只补本金,差异为未申请的利息"


class Cast:
    """The people of the story by name: those of the factories, and strangers of the same roles from elsewhere."""

    def __init__(self, actors: Actors) -> None:
        elsewhere = actors.other_prefecture_reviewer
        self.people: dict[str, User] = actors.everyone() | {
            "uninvited_bank_officer": onboard("bank", "河套银行"),
            "other_bank_approver": colleague(actors.other_bank_officer, Role.BANK_APPROVER),
            "other_appraiser": onboard("appraiser", "阴山评估"),
            "other_verifier": colleague(elsewhere, Role.ASSET_VERIFIER),
            "other_intake": colleague(elsewhere, Role.INTAKE_OFFICER),
        }
        for kind, role in (("reviewer", Role.APPRAISAL_REVIEWER), ("signatory", Role.APPRAISAL_SIGNATORY)):
            self.people[f"other_{kind}"] = colleague(self.people["other_appraiser"], role)

    def __getitem__(self, name: str) -> User:
        if name == "owner":
            return User.objects.get(username=OWNER)
        return self.people[name]

    def organisation(self, name: str) -> int:
        organisation = self[name].organisation
        assert organisation is not None
        return organisation.pk


def put_the_filing_on_record(cast: Cast) -> None:
    """Let the firm of the story declare its filing as an institution."""
    signatory = cast["signatory"]
    notice = make_paper(signatory, "institution_filing", APPRAISED)
    filings.declare(by=signatory, at=APPRAISED, code=FILING, authority="自治区财政厅", document_id=notice)


def found_the_fund(cast: Cast) -> None:
    """Open the fund, pay 100 million yuan in and put the scheme into force."""
    funds.open_fund(by=cast["approver"], at=FOUNDED, code=FUND, name="自治区知识产权质押融资风险补偿资金")
    order = orders.make(
        by=cast["cashier"], at=FOUNDED, kind="contribution", subject=FUND, amount_fen=10_000_000_000,
        reference="BK-0001", source="region",
    )  # fmt: skip
    orders.confirm(by=cast["accountant"], at=FOUNDED, order_id=order.pk)
    version = schemes.draft(
        by=cast["checker"], at=FOUNDED, code=SCHEME, name=QUOTA_SHARE.name, fund_code=FUND,
        document=QUOTA_SHARE.document, legal_basis=QUOTA_SHARE.legal_basis, source=QUOTA_SHARE.source,
        valid_from=FOUNDED.date(),
    )  # fmt: skip
    schemes.approve(by=cast["approver"], at=FOUNDED, version_id=version.pk)


def workbook() -> bytes:
    """Return the firm's list: three patents and a trademark in order, and a patent with a wrong check digit."""
    mark = ["9800001", "商标", "稀源", FIRM, "2017-03-02", "2018-06-21", "2028-06-20", "有效", "", "6", "磁性材料",
            "钕铁硼磁体", ""]  # fmt: skip
    rows = [
        _patent(1, "一种高矫顽力钕铁硼磁体的制备方法", "H01F 1/057; C22B 59/00", "2016.3.5", "2018.7.20"),
        _patent(2, "稀土永磁体晶界扩散装置", "H01F 41/02", "2017.9.12", "2019.11.8"),
        _patent(3, "废旧磁体中稀土的回收工艺", "C22B 59/00; C22B 7/00", "2018.5.30", "2020.12.1"),
        mark, _patent(4, "磁体性能在线检测方法", "G01R 33/12", "2019.1.4", "2021.6.15", wrong=True),
    ]  # fmt: skip
    return written([[COLUMNS[name][0] for name in TEMPLATE], *rows])


def _patent(serial: int, title: str, ipc: str, filed: str, granted: str, wrong: bool = False) -> list[Any]:
    digits = f"{filed[:4]}1{8_000_000 + serial}"
    check = check_digit(digits[::-1] if wrong else digits)
    return [f"ZL{digits}.{check}", "发明", title, FIRM, filed, granted, "", "有效", ipc, "", "", "钕铁硼磁体",
            "2027.12.31"]  # fmt: skip


def pdf(kind: str) -> bytes:
    return f"%PDF-1.4\n% {kind} {FIRM}\n%%EOF\n".encode()


def fund_share(principal_fen: int) -> int:
    """Return what the fund bears of a principal: 54 %, at most 2 million yuan of one loan."""
    return min(principal_fen * 54 // 100, 200_000_000)


def acts_done() -> int:
    """Count what the record says was done: an attempt that is refused, or a repetition, must not add to it."""
    done = AuditRow.objects.filter(outcome=AuditRow.Outcome.DONE)
    return done.exclude(use_case__endswith="people.issue_token").count()


def broken_laws(code: str = FUND) -> list[str]:
    """Return which invariants of the fund's books and of its shared losses do not hold."""
    books = fund(code)
    laws = [(check.name, check.ok) for check in ledger_checks.checks(books)]
    laws += [(name, ok) for name, ok, _detail in sharing.checks(books)]
    assert laws
    return [name for name, ok in laws if not ok]


def days_after(day: date, days: int, hour: int = 20) -> datetime:
    then = day + timedelta(days=days)
    return at(then.year, then.month, then.day, hour)
