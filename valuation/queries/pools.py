"""What an appraiser may know of a pool: the rights and the company's figures, nothing of loan or offers."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from pledges import queries as pledges
from valuation.models import Appraisal
from valuation.queries.parameters import parameters
from valuation.rules import evidence, statements
from valuation.rules import pools as rules
from valuation.rules.parameters import sector
from valuation.rules.pools import Assumptions
from valuation.rules.rights import Right
from valuation.rules.statements import Statement


def pool(application_id: int) -> list[Right]:
    """Return the rights of an application, whoever asks: for callers that have already decided."""
    return [
        Right(
            asset.number, asset.kind, asset.registry, asset.title, asset.filing_date, asset.grant_date,
            asset.expiry_date,
        )
        for asset in pledges.assets_of(application_id)
    ]  # fmt: skip


def default_assumptions(appraisal: Appraisal, on: date) -> Assumptions:
    """Return the tables' assumptions for an appraisal's pool. Raises: Invalid if a table lacks a row."""
    return default_statement(appraisal, on).assumptions


def default_statement(appraisal: Appraisal, on: date) -> Statement:
    """Return the tables' statement for an appraisal's pool; revenue is last year's of the whole company, or 0.

    Raises: Invalid if a table lacks a row.
    """
    profile = pledges.profile(appraisal.application.enterprise)
    return statements.default(
        pool(appraisal.application_id), parameters(on), valuation_date=on,
        sector=sector(profile.industry_code if profile else ""),
        revenue_fen=(profile.revenue_last_year_fen or 0) if profile else 0,
    )  # fmt: skip


def model(pool: Sequence[Right], stated: Statement, on: date, seed: int) -> dict[str, Any]:
    """Return the engine's document of what is stated: each input drawn as wide as its evidence is weak.

    Raises: Invalid for an input the model cannot carry.
    """
    widen = evidence.widener(stated.evidence, evidence.widenings(parameters(on)))
    return rules.document(pool, stated.assumptions, seed, widen)
