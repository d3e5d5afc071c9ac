"""The fictional region holds what it promises: how many loans of each kind, and third parties behind ten of them."""

from collections import Counter
from typing import Any

import pytest

from finance_platform.demo import cast, history, lives, region
from pledges import queries
from pledges.models import Application, Instalment, Loan, Pledgee, Pledgor
from risk_fund.models import Claim
from risk_fund.queries import funds, sharing

LIVE = ("ACTIVE", "OVERDUE", "RESTRUCTURED")


# --- As planned -------------------------------------------------------------------------------------------------------
def test_eighty_loans_are_planned_three_of_them_restructured():
    outcomes = Counter(plan.outcome for plan in history.plans())
    assert sum(outcomes.values()) == region.APPLICATIONS
    assert sum(outcomes[name] for name in history.LOANS) == region.LOANS == 80
    assert (outcomes["RESTRUCTURED"], outcomes["ACTIVE"]) == (3, 35)


def test_ten_loans_being_repaid_rest_on_third_parties_five_of_each_kind():
    found = [plan for plan in history.plans() if plan.third_party]
    assert {plan.outcome for plan in found} == {"ACTIVE"}
    assert Counter("counter" if plan.third_party == "counter" else "pledgor" for plan in found) == {
        "counter": 5, "pledgor": 5,
    }  # fmt: skip
    assert {plan.third_party for plan in found} == {"counter", "person", "organisation"}
    assert all(plan.first_pool for plan in found if plan.third_party != "counter")


def test_the_plan_is_the_same_every_time():
    assert history.plans() == history.plans()


# --- As lived ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def lived(db: None) -> Any:
    """Let the restructured lives, the claims on their way and all that rest on third parties be lived, and no other."""
    cast.user.cache_clear()  # people of another database would be remembered otherwise
    history._found()
    told = {"RESTRUCTURED", *lives.UNDER_WAY}
    chosen = [plan for plan in history.plans() if plan.third_party or plan.outcome in told]
    taking_part = {plan.firm.serial for plan in chosen}
    firsts = [plan for plan in history._firsts() if plan.firm.serial in taking_part]
    history._let_live([
        *map(lives.firm_life, firsts), *(lives.Life(plan).live() for plan in chosen), history._contributions(),
        history._month_ends(),
    ])  # fmt: skip
    yield chosen
    cast.user.cache_clear()


def test_what_was_planned_is_lived(lived: list[lives.Plan]):
    """One test, for the region is dear: third parties are on record, and restructured loans are paid on time."""
    assert set(Application.objects.values_list("state", flat=True)) == {"DISBURSED"}
    states = Counter(Loan.objects.values_list("state", flat=True))
    assert states == {"ACTIVE": 10, "RESTRUCTURED": 3, "ACCELERATED": 4}
    claims = Counter(Claim.objects.values_list("state", flat=True))
    assert claims == {"SUBMITTED": 1, "REVIEWED": 1, "CHECKED": 1, "PUBLICISED": 1}
    guarantor = cast.user("guarantor.officer").organisation
    counters = Pledgee.objects.filter(role="counter", organisation=guarantor, agreement__loan__state__in=LIVE)
    theirs = Pledgor.objects.exclude(kind="borrower").filter(application__loan__state__in=LIVE)
    assert (counters.count(), theirs.values("application").distinct().count()) == (5, 5)
    assert set(theirs.values_list("kind", flat=True)) == {"person", "organisation"}
    for pledgor in theirs:
        [entry] = pledgor.assets.all()
        assert (entry.asset.owner_name, entry.asset.state) == (pledgor.name, "PLEDGED")
    _restructured_on_observation()
    assert [name for name, holds, _detail in sharing.checks(funds.fund(history.FUND)) if not holds] == []


def _restructured_on_observation() -> None:
    for loan in Loan.objects.filter(state="RESTRUCTURED"):
        found = loan.restructurings.get()
        assert found.observation_until > region.BUSINESS_DATE
        assert (loan.class_floor, loan.days_past_due) == ("special_mention", 0)
        assert found.proposed_by.role == "bank_officer"
        assert found.decided_by.role == "bank_approver"
        assert Instalment.objects.filter(restructuring=found, due__lte=region.BUSINESS_DATE).exists()
        assert queries.debt(loan, region.BUSINESS_DATE).due_fen == 0
        assert loan.maturity == max(row.due for row in queries.instalments(loan, found.agreed_on))
