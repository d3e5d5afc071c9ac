"""The engine's record, and the proof that it gives the stored state and the books again."""

from collections.abc import Iterator

from django.db.models import QuerySet, Sum

from risk_fund.loss_sharing import State, read_scheme
from risk_fund.models import Enrolment, Fund, SharingCounter, SharingEvent, SharingLoan, SharingState
from risk_fund.queries import ledger
from risk_fund.rules import accounts
from risk_fund.rules import schemes as scheme_rules
from risk_fund.rules import sharing as rules


def events(enrolment: Enrolment) -> QuerySet[SharingEvent]:
    """Return what happened to one enrolled loan, in order."""
    return enrolment.events.select_related("by").order_by("i")


def record(own: SharingState) -> Iterator[rules.Entry]:
    """Return the record of a scheme version in order, as it was written."""
    for line in SharingEvent.objects.filter(sharing_state=own).order_by("i").iterator():
        yield rules.Entry(line.i, line.event, rules.Context(**line.context), line.outcome)


def differences(own: SharingState) -> list[str]:
    """Replay a scheme version's whole record and return every way in which it is not what is stored (empty: equal)."""
    scheme = scheme_rules.in_record(read_scheme(own.scheme_version.document))
    state, faults = rules.replay(scheme, record(own))
    return faults + _totals(own, state) + _loans(own, state) + _counters(own, state)


def _totals(own: SharingState, state: State) -> list[str]:
    stored = (own.exposure_fen, own.covered_fen, own.flows or rules.flows(state.account))
    replayed = (state.account.exposure_fen, state.account.covered_fen, rules.flows(state.account))
    return [] if stored == replayed else [f"{own.scheme_version}: 汇总数与重放不同"]


def _loans(own: SharingState, state: State) -> list[str]:
    rows = SharingLoan.objects.filter(enrolment__scheme_version=own.scheme_version).select_related("enrolment")
    stored = {row.enrolment.number: row for row in rows}
    faults = [f"{name}: 只在{'记录' if name in state.loans else '库'}中" for name in stored.keys() ^ state.loans.keys()]
    for name in stored.keys() & state.loans.keys():
        row, loan = stored[name], state.loans[name]
        sums = (row.outstanding_fen, row.covered_fen) == (loan.outstanding_fen, loan.covered_fen)
        if not sums or row.state != loan.to_dict():
            faults.append(f"{name}: 贷款分担状态与重放不同")
    return faults


def _counters(own: SharingState, state: State) -> list[str]:
    stored = dict(SharingCounter.objects.filter(sharing_state=own).values_list("key", "value"))
    keys = stored.keys() | state.counters.keys()
    return [f"{key}: 计数与重放不同" for key in sorted(keys) if stored.get(key, 0) != state.counters.get(key, 0)]


def books_differ(fund: Fund) -> list[str]:
    """Return every loan whose cover in the memo book is not what the engine says (domain page 4.3, invariant 4)."""
    committed = ledger.units(accounts.COMMITTED, fund)
    reserved = ledger.units(accounts.RESERVED_QUOTA, fund)
    rows = SharingLoan.objects.filter(enrolment__scheme_version__scheme__fund=fund).select_related("enrolment")
    covered = {row.enrolment.number: row.covered_fen for row in rows}
    names = covered.keys() | committed.keys() | reserved.keys()
    return [
        f"{name}: 表外 {committed.get(name, 0) + reserved.get(name, 0)} 分,分担引擎 {covered.get(name, 0)} 分"
        for name in sorted(names)
        if committed.get(name, 0) + reserved.get(name, 0) != covered.get(name, 0)
    ]


def checks(fund: Fund) -> list[tuple[str, bool, str]]:
    """Return (name, holds, detail) for each law of the fund's record."""
    states = SharingState.objects.filter(scheme_version__scheme__fund=fund).select_related("scheme_version__scheme")
    replays = [(f"分担记录重放一致:{own.scheme_version}", differences(own)) for own in states]
    faults = [*replays, ("表外责任与分担引擎一致", books_differ(fund))]
    return [(name, not found, "；".join(found[:5])) for name, found in faults]


def covered_by_bank(fund: Fund) -> list[tuple[str, str, int, int]]:
    """Return (bank, its code, exposure, cover) in fen of every bank with cover, the largest first."""
    rows = Enrolment.objects.filter(scheme_version__scheme__fund=fund).values("bank__name", "bank__credit_code")
    sums = rows.annotate(owed=Sum("sharing__outstanding_fen"), covered=Sum("sharing__covered_fen")).order_by()
    found = [(row["bank__name"], row["bank__credit_code"], row["owed"], row["covered"]) for row in sums]
    return sorted((row for row in found if row[3]), key=lambda row: (-row[3], row[0]))
