"""A real portfolio replayed: what the fund paid by its ledger is what plain arithmetic on the file gives."""

import csv
import io
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from banks_portal.rules import portfolios as rules
from banks_portal.services import portfolios
from finance_platform.foundation import queries as foundation
from finance_platform.foundation.errors import Conflict, Forbidden, Invalid
from finance_platform.foundation.models import Organisation, StateChange, User
from pledges.models import Application, Instalment, IpAsset, Loan, Pledge
from risk_fund.models import Claim, Enrolment, Fund, JournalEntry, MoneyOrder
from tests.factories import at

pytestmark = pytest.mark.django_db

NOW = at(2025, 6, 30)
REAL = Path("data/sba/SBAcase.11.13.17.csv")
HEADER = ",".join(rules.COLUMNS)
# Name, bank, shares 1/2, 17/20 and the whole; the middle one lacks its day of disbursement; the last is not repaid.
BY_HAND = f"""{HEADER}
1001,ALPHA INC,FIRST BANK,15074,2001,36,,15095,30000,0,30000,15000
1002,BETA INC,FIRST BANK,15130,2001,0,15900,,12345.67,10000.01,40000,34000
1003,"GAMMA, LTD",,15074,2001,300,16000,15188,50000,333.33,50000,50000
""".encode()
# floor(1,000,001 x 3,400,000 / 4,000,000) and the whole of 33,333 fen.
PAID_BY_HAND = 850_000 + 33_333


def row(**changes: str) -> bytes:
    """Return a file of one sound row with these fields changed."""
    fields = dict(zip(rules.COLUMNS, BY_HAND.decode().splitlines()[2].split(","), strict=True)) | changes
    out = io.StringIO()
    writer = csv.DictWriter(out, rules.COLUMNS)
    writer.writeheader()
    writer.writerow(fields)
    return out.getvalue().encode()


def play(data: bytes, **options: Any) -> portfolios.Account:
    return portfolios.replay(by=foundation.system_user(), at=NOW, filename="case.csv", data=data, **options)


def counts() -> dict[str, int]:
    models = (Organisation, User, StateChange, Application, IpAsset, Pledge, Loan, Fund, Enrolment, Claim, JournalEntry)
    return {model.__name__: model.objects.count() for model in models}


@pytest.fixture
def real(shared_dir: Path) -> bytes:
    return (shared_dir / REAL).read_bytes()


@pytest.fixture
def sample(real: bytes) -> bytes:
    """Give 25 real rows: 8 with a charge-off and as many different shares as can be, 17 without."""
    records = list(csv.DictReader(io.StringIO(real.decode("utf-8-sig"))))
    lost = [record for record in records if record["ChgOffPrinGr"] != "0"]
    by_share = {Fraction(int(record["SBA_Appv"]), int(record["GrAppv"])): record for record in lost}
    others = [record for record in lost if record not in by_share.values()]
    chosen = [*by_share.values(), *others][:8]
    undated = [record for record in records if not record["DisbursementDate"]]
    whole = [record for record in records if record not in lost and record not in undated][: 17 - len(undated)]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(records[0]))
    writer.writeheader()
    writer.writerows(chosen + undated + whole)
    return out.getvalue().encode()


# --- Reading the file -------------------------------------------------------------------------------------------------
def test_rows_come_in_the_order_of_their_days_with_exact_shares_and_fen():
    first, second, third = rules.read(BY_HAND)
    assert [first.key, second.key, third.key] == ["1001", "1002", "1003"]
    assert (second.disbursed_on, second.day_is_approvals) == (date(2001, 6, 4), True)
    assert (second.principal_fen, second.charge_off_fen, second.share) == (1_234_567, 1_000_001, Fraction(17, 20))
    assert (second.months, third.months) == (1, 300)
    assert (third.borrower, third.bank, third.share) == ("GAMMA, LTD", rules.UNNAMED_BANK, 1)


def test_a_limit_takes_the_first_loans_by_date():
    assert [found.key for found in rules.read(BY_HAND, 2)] == ["1001", "1002"]


def test_a_loan_older_than_the_loan_schedule_counts_from_its_first_day():
    found = rules.read(row(ApprovalDate="10554", ApprovalFY="1989", DisbursementDate="10623"))[0]
    assert (found.disbursed_on, found.day_moved) == (date(1990, 1, 1), True)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"ApprovalFY": "2002"}, "财年"),
        ({"ApprovalDate": ""}, "ApprovalDate 为空"),
        ({"LoanNr_ChkDgt": " "}, "LoanNr_ChkDgt 为空"),
        ({"DisbursementGross": "0"}, "DisbursementGross 应大于零"),
        ({"DisbursementGross": "1.005"}, "两位小数"),
        ({"DisbursementGross": "NaN"}, "不是数字"),
        ({"Term": "x"}, "不是数字"),
        ({"ChgOffPrinGr": "99999"}, "大于 DisbursementGross"),
        ({"ChgOffDate": ""}, "ChgOffDate"),
        ({"ChgOffDate": "15140"}, "ChgOffDate"),
        ({"SBA_Appv": "0"}, "SBA_Appv"),
        ({"SBA_Appv": "40001"}, "SBA_Appv"),
        ({"GrAppv": "40000.03", "SBA_Appv": "34000.01"}, "权数"),
        ({"DisbursementDate": "99999999999"}, "日期范围"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_with_its_line_and_fault(changes, fault):
    with pytest.raises(Invalid, match="第 2 行") as refusal:
        rules.read(row(**changes))
    assert fault in refusal.value.message


def test_a_file_without_a_column_or_without_rows_is_refused():
    with pytest.raises(Invalid) as refusal:
        rules.read(b"LoanNr_ChkDgt,Name\n1,A\n")
    assert "SBA_Appv" in refusal.value.fields["file"]
    with pytest.raises(Invalid, match="没有数据行"):
        rules.read(HEADER.encode())


def test_the_plain_sum_floors_each_row_and_keeps_to_the_loans_asked_for():
    assert rules.summed_payout_fen(BY_HAND, ["1001", "1002", "1003"]) == PAID_BY_HAND
    assert rules.summed_payout_fen(BY_HAND, ["1002"]) == 850_000


def test_the_real_file_has_the_published_counts(real: bytes):
    rows = rules.read(real)
    assert len(rows) == 2102
    assert sum(found.charge_off_fen > 0 for found in rows) == 697
    assert (len({found.share for found in rows}), sum(found.day_is_approvals for found in rows)) == (31, 3)


# --- The replay -------------------------------------------------------------------------------------------------------
def test_a_small_portfolio_pays_to_the_fen_and_leaves_nothing_behind():
    before = counts()
    account = play(BY_HAND)
    assert (account.rows, account.loans, account.claims) == (3, 3, 2)
    assert account.payout_fen == account.summed_fen == PAID_BY_HAND
    assert account.green, account.checks
    assert counts() == before


def test_a_kept_replay_went_through_every_desk_with_different_people():
    account = play(BY_HAND, keep=True)
    assert account.equal
    claims = Claim.objects.select_related("loan").order_by("filed_at")
    assert [claim.compensation_fen for claim in claims] == [850_000, 33_333]
    assert {claim.state for claim in claims} == {"PAID"}
    assert {claim.loan.state for claim in claims} == {"IN_RECOVERY"}
    first = claims[0]
    hands = {first.filed_by_id, first.reviewed_by_id, first.checked_by_id, first.approved_by_id}
    order = MoneyOrder.objects.get(claim=first)
    assert len(hands | {order.made_by_id, order.checked_by_id}) == 6
    assert set(Loan.objects.values_list("outstanding_principal_fen", flat=True)) == {3_000_000, 1_234_567, 5_000_000}
    assert Instalment.objects.count() == 36 + 1 + 300


def test_publicity_counts_weekends_only_and_payment_follows_it():
    play(BY_HAND, keep=True)
    claim = Claim.objects.get(compensation_fen=850_000)
    assert claim.publicised_on == date(2003, 7, 14)  # a Monday
    assert claim.publicity_ends == date(2003, 7, 21)
    paid = MoneyOrder.objects.get(claim=claim)
    assert paid.checked_at.date() == date(2003, 7, 22)


def test_every_legal_step_of_a_loan_taken_over_stands_in_the_record():
    play(BY_HAND, limit=1, keep=True)
    subject = f"pledges.Application:{Application.objects.get().pk}"
    events = StateChange.objects.filter(subject=subject).values_list("event", flat=True)
    assert list(events) == ["submit", "accept", "select_offer", "start_diligence", "approve", "sign", "disburse"]
    right, pledge = IpAsset.objects.get(), Pledge.objects.get()
    assert (right.state, pledge.state) == ("PLEDGED", "REGISTERED")
    assert pledge.registered_on == Loan.objects.get().disbursed_on
    assert pledge.keyed_by_id != pledge.confirmed_by_id


def test_nobody_of_a_replay_can_sign_in():
    known = set(User.objects.values_list("pk", flat=True))
    play(BY_HAND, keep=True)
    taken_over = User.objects.exclude(pk__in=known).filter(username__regex=r"^replay\.(bank|firm)")
    assert taken_over.count() == 2 * 3 + 3
    assert not any(user.has_usable_password() for user in taken_over)


def test_a_second_kept_replay_is_refused():
    play(BY_HAND, limit=1, keep=True)
    with pytest.raises(Conflict):
        play(BY_HAND, limit=1)


def test_a_replay_beside_another_one_is_refused_at_once():
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [portfolios.__name__])
        with pytest.raises(Conflict, match="正在进行"):
            play(BY_HAND, limit=1)
    finally:
        other.close()


def test_keeping_a_replay_is_refused_outside_demo_and_test(settings):
    settings.MODE = "production"
    with pytest.raises(Forbidden, match="keep"):
        play(BY_HAND, keep=True)


def test_the_system_alone_replays(actors):
    with pytest.raises(Forbidden):
        portfolios.replay(by=actors.operator, at=NOW, filename="case.csv", data=BY_HAND)


def test_a_bounded_sample_of_the_real_file_comes_out_equal(sample: bytes):
    account = play(sample)
    assert (account.rows, account.loans, account.claims, account.days_of_approval) == (25, 25, 8, 3)
    assert account.schemes >= 6
    assert account.payout_fen == account.summed_fen > 0
    assert account.green, account.checks


# --- The command ------------------------------------------------------------------------------------------------------
@pytest.fixture
def by_hand(tmp_path: Path) -> Path:
    path = tmp_path / "case.csv"
    path.write_bytes(BY_HAND)
    return path


def test_the_command_prints_both_figures_and_says_what_was_assumed(by_hand, capsys):
    call_command("replay_portfolio", str(by_hand))
    said = capsys.readouterr()
    assert said.out.count("8,833.33 元") == 2
    for word in ("相等", "weekends_only", "零利率", "回滚", "贷款 3 笔", "补偿申请 2 笔", "用时"):
        assert word in said.out
    assert "3/3" in said.err


def test_the_command_fails_when_the_two_figures_differ(by_hand, monkeypatch, capsys):
    monkeypatch.setattr(rules, "summed_payout_fen", lambda data, keys: PAID_BY_HAND + 1)
    with pytest.raises(CommandError, match="未通过"):
        call_command("replay_portfolio", str(by_hand))
    assert "不相等" in capsys.readouterr().out


def test_the_command_names_a_file_that_is_not_there_and_a_limit_below_one(tmp_path, by_hand):
    with pytest.raises(CommandError, match=r"none\.csv"):
        call_command("replay_portfolio", str(tmp_path / "none.csv"))
    with pytest.raises(CommandError, match="--limit"):
        call_command("replay_portfolio", str(by_hand), limit=0)
