"""Names of the running figures. Each figure of a scope lives under one stable text key, so a store can load just a few.

`keys_needed` lists, before an event is applied, every key the event may read or write: a service locks and loads these
rows, applies the step, and writes back what changed.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from risk_fund.loss_sharing.events import Claim, Clawback, Enrol, Event, LoanFacts, PayDeferred, Reset
from risk_fund.loss_sharing.scheme import Scheme, Scope
from risk_fund.loss_sharing.state import LoanState


@lru_cache(maxsize=8192)  # the same few names are asked for again and again
def counter_key(*parts: object) -> str:
    """Return one key made of `parts`; a slash inside a name is escaped, so different parts never give one key.

    Raises: nothing.
    Source: RFC 6901, section 3 (escaping).
    """
    return "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def scope_parts(scope: Scope, facts: LoanFacts, year: int) -> tuple[object, ...]:
    """Return the parts that name the scope's key for a loss of this loan in this calendar year.

    Raises: KeyError for an unknown scope.
    Source: share_loss contract, section 3 (scopes).
    """
    subject: dict[str, tuple[object, ...]] = {
        "loan": (facts.loan,), "borrower": (facts.borrower,), "bank": (facts.bank,), "all": (),
        "borrower_year": (facts.borrower, year), "bank_year": (facts.bank, year), "year": (year,),
    }  # fmt: skip
    return (scope, *subject[scope])


def stage_key(scheme: Scheme, index: int, facts: LoanFacts, year: int) -> str:
    """Return the key of the cumulative amount of stage `index`, e.g. `stage/0/bank_year/K1/2025`.

    Raises: IndexError for an unknown stage.
    Source: share_loss contract, section 4.2.
    """
    return counter_key("stage", index, *scope_parts(scheme.stages[index].scope, facts, year))


def cap_key(scheme: Scheme, index: int, facts: LoanFacts, year: int) -> str:
    """Return the key of the used amount of cap `index`, e.g. `cap/1/borrower/B1`.

    Raises: IndexError for an unknown cap.
    Source: share_loss contract, section 4.3.
    """
    return counter_key("cap", index, *scope_parts(scheme.caps[index].scope, facts, year))


def borne_key(group: str, name: object, party: str) -> str:
    """Return the key of what `party` has borne in a group: borrower, bank, year (of the claims) or all (name "").

    Raises: nothing.
    Source: share_loss contract, section 7 (running).
    """
    return counter_key("borne", group, name, party)


def flow_key(flow: str, year: int, bank: str | None = None) -> str:
    """Return the key of the fund's `paid` or `received` money of a calendar year, of the scheme or of one bank's loans.

    Raises: nothing.
    Source: share_loss contract, section 5.2.
    """
    return counter_key(flow, "scheme", year) if bank is None else counter_key(flow, "bank", bank, year)


def book_key(measure: str, bank: str) -> str:
    """Return the key of a bank's `exposure` or `covered` amount.

    Raises: nothing.
    Source: share_loss contract, section 5.3.
    """
    return counter_key(measure, "bank", bank)


def latch_key(breaker: int, bank: str | None) -> str:
    """Return the key under which a latched breaker remembers with a 1 that it is suspended.

    Raises: nothing.
    Source: share_loss contract, section 5.2.
    """
    return counter_key("latch", breaker) if bank is None else counter_key("latch", breaker, bank)


def keys_needed(scheme: Scheme, event: Event, loan: LoanState | None = None) -> set[str]:
    """Return every counter key that `step` may touch for `event`, given the state of the loan it names.

    `loan` is None when the loan is unknown to the scheme or the event names none. For `pay_deferred` and for a group
    of claims the keys are the union over the loans.

    Raises: nothing.
    Source: share_loss contract, sections 4 and 5.
    """
    year = event.date.year
    keys = set(_watched(scheme, year, None))
    if isinstance(event, Enrol):
        keys.update(_watched(scheme, year, event.facts.bank), _book(event.facts.bank))
    if isinstance(event, Reset) and event.bank is not None:
        keys.update(_watched(scheme, year, event.bank))
    if loan is None:
        return keys
    keys.update(_watched(scheme, year, loan.facts.bank), _book(loan.facts.bank))
    if isinstance(event, Claim):
        keys.update(_shared(scheme, loan.facts, year), _borne(scheme, loan.facts, [year]))
    if isinstance(event, Clawback | PayDeferred):
        keys.update(_borne(scheme, loan.facts, loan.borne_by_year))
    return keys


def _watched(scheme: Scheme, year: int, bank: str | None) -> Iterator[str]:
    yield from (flow_key("paid", year, bank), flow_key("received", year, bank))
    scope = "scheme" if bank is None else "bank"
    yield from (latch_key(index, bank) for index, breaker in enumerate(scheme.breakers) if breaker.scope == scope)


def _book(bank: str) -> Iterator[str]:
    yield from (book_key("exposure", bank), book_key("covered", bank))


def _shared(scheme: Scheme, facts: LoanFacts, year: int) -> Iterator[str]:
    yield from (stage_key(scheme, index, facts, year) for index in range(len(scheme.stages)))
    yield from (cap_key(scheme, index, facts, year) for index in range(len(scheme.caps)))


def _borne(scheme: Scheme, facts: LoanFacts, years: Iterable[int]) -> Iterator[str]:
    groups: list[tuple[str, object]] = [("borrower", facts.borrower), ("bank", facts.bank), ("all", "")]
    groups += [("year", year) for year in years]
    yield from (borne_key(group, name, party) for group, name in groups for party in scheme.parties)
