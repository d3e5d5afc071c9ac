"""The overview: official and platform side by side, every figure equal to what it leads to."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from finance_platform.foundation.errors import Conflict, Forbidden, Invalid
from risk_fund.models import OfficialFigure
from risk_fund.queries import accounts as statements
from risk_fund.queries import indicators as indicator_queries
from risk_fund.queries import ledger, overview
from risk_fund.services import indicators
from tests.factories import Actors
from tests.risk_fund import cover
from tests.risk_fund.cover import PRINCIPAL_FEN, WAN
from tests.risk_fund.test_indicators_rules import HEAD, line

pytestmark = pytest.mark.django_db
TODAY = date(2025, 8, 11)


def file(*lines: str) -> bytes:
    return "\n".join([HEAD, *lines]).encode()


TARGET = line(kind="target", as_of="2021-01-01", amount="93")
BASE = line(kind="base", period_from="2016-01-01", period_to="2020-12-31", as_of="2020-12-31", amount="82.6")


def imported(actors: Actors, *lines: str) -> Any:
    return indicators.import_figures(by=actors.checker, at=cover.FILED, filename="官方.csv", data=file(*lines))


@pytest.fixture
def story(actors: Actors, calendars: None) -> Any:
    fund = cover.open_fund(actors)
    cover.scheme_in_force(actors, fund)
    cover.paid(actors, cover.approved(actors, cover.filed(actors, cover.in_default(actors))))
    return fund


def test_the_platforms_flow_is_never_the_regions(actors: Actors, story: Any) -> None:
    imported(actors, TARGET, BASE, line(as_of="2025-06-30"))
    head = overview.overview(actors.auditor, TODAY).headline
    assert head is not None
    assert head.latest.amount_fen == 713_800_000_000
    assert head.progress.actual_fen == head.latest.amount_fen
    assert head.platform.amount_fen == PRINCIPAL_FEN, "one agreement with two registrations, counted once"
    assert head.platform.registrations == 2
    assert head.difference_fen == 713_800_000_000 - PRINCIPAL_FEN
    assert head.plan.base_fen == 826_000_000_000


def test_the_platform_is_counted_up_to_the_official_day(actors: Actors, story: Any) -> None:
    imported(actors, TARGET, line(as_of="2025-03-31"))
    head = overview.overview(actors.auditor, TODAY).headline
    assert head.platform.amount_fen == 0, "the pledges were registered in April"


def test_prefectures_foot_to_the_headline(actors: Actors, story: Any) -> None:
    imported(actors, TARGET, line(as_of="2025-06-30"), line(region="150100", as_of="2025-06-30", amount="12"))
    found = overview.overview(actors.auditor, TODAY)
    assert len(found.prefectures) == 12
    assert sum(row.tally.amount_fen for row in found.prefectures) == found.headline.platform.amount_fen
    first = found.prefectures[0]
    assert (first.code, first.official_fen) == ("150100", 120_000_000_000)


def test_without_a_target_nothing_is_drawn_as_progress(actors: Actors, story: Any) -> None:
    assert overview.overview(actors.auditor, TODAY).headline is None


def test_every_figure_equals_the_statement_it_leads_to(actors: Actors, story: Any) -> None:
    for figure in overview.money_figures(story):
        if not figure.link.account:
            continue
        account = ledger.account(story, figure.link.account)
        kind = figure.link.query.removeprefix("kind=")
        page = statements.statement(account, statements.Filter(kind=kind))
        footing = max(page.debit_fen, page.credit_fen) if kind else page.closing_fen
        assert footing == figure.amount_fen, figure.key


def test_cover_leads_to_the_enrolments_it_is_made_of(actors: Actors, story: Any) -> None:
    from risk_fund.queries.enrolments import enrolments_visible_to

    covered = next(figure for figure in overview.money_figures(story) if figure.key == "covered")
    rows = enrolments_visible_to(actors.auditor).select_related("sharing")
    assert covered.amount_fen == sum(row.sharing.covered_fen for row in rows) == 0


def test_ratios_print_their_formula(actors: Actors, story: Any) -> None:
    found = overview.overview(actors.auditor, TODAY)
    assert [ratio.key for ratio in found.ratios] == ["exposure_multiple", "covered_ratio", "amplification"]
    assert all("÷" in ratio.formula for ratio in found.ratios)
    assert found.ratios[2].value == Fraction(PRINCIPAL_FEN, 10_000 * WAN)


def test_the_same_file_twice_is_one_import(actors: Actors) -> None:
    first = imported(actors, TARGET, line())
    assert imported(actors, TARGET, line()).pk == first.pk
    assert OfficialFigure.objects.count() == 2


def test_a_figure_known_otherwise_is_not_overwritten(actors: Actors) -> None:
    imported(actors, line())
    with pytest.raises(Conflict):
        imported(actors, line(amount="72"))
    with pytest.raises(DatabaseError), transaction.atomic():
        OfficialFigure.objects.update(amount_fen=1)


def test_a_later_figure_stands_beside_the_earlier(actors: Actors) -> None:
    imported(actors, TARGET, line(as_of="2025-03-31", amount="66"))
    imported(actors, line(as_of="2025-06-30", amount="71"))
    plan = indicator_queries.plan(TODAY)
    series = indicator_queries.official_series(plan, TODAY)
    assert [row.amount_fen // 10**10 for row in series] == [66, 71]
    assert [row.amount_fen // 10**10 for row in indicator_queries.official_series(plan, date(2025, 4, 1))] == [66]


def test_a_file_with_one_faulty_line_changes_nothing(actors: Actors) -> None:
    with pytest.raises(Invalid) as refusal:
        imported(actors, line(), line(amount="?"))
    assert "第 3 行" in refusal.value.fields["file"]
    assert not OfficialFigure.objects.exists()


def test_a_gbk_file_is_read(actors: Actors) -> None:
    data = "\n".join([HEAD, line()]).encode("gb18030")
    batch = indicators.import_figures(by=actors.checker, at=cover.FILED, filename="gbk.csv", data=data)
    assert batch.stored == 1


@pytest.mark.parametrize("who", ["first_reviewer", "accountant", "bank_officer", "auditor"])
def test_importing_takes_the_permission(actors: Actors, who: str) -> None:
    with pytest.raises(Forbidden):
        indicators.import_figures(by=getattr(actors, who), at=cover.FILED, filename="x.csv", data=file(line()))
