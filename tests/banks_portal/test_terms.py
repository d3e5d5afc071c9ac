"""An offer's terms: what is complete is read, written and read again; what is not is refused field by field."""

from datetime import date

import pytest

from banks_portal.rules import terms
from finance_platform.foundation.errors import Invalid
from tests.banks_portal.offers import plain_terms


def test_terms_read_again_from_what_was_written_are_the_same():
    found = terms.read(plain_terms())
    assert terms.read(terms.written(found)) == found
    assert found.fees[0] == terms.Fee("评估费", "草原评估", 1_200_000, 0)
    assert found.valid_until == date(2025, 9, 30)


def test_a_rate_is_normalised_so_that_equal_terms_are_written_alike():
    assert terms.read(plain_terms(annual_rate="0.03450")).annual_rate == "0.0345"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount_fen": 0}, "amount_fen"),
        ({"amount_fen": 1.5}, "amount_fen"),
        ({"amount_fen": True}, "amount_fen"),
        ({"term_months": 121}, "term_months"),
        ({"method": "balloon"}, "method"),
        ({"annual_rate": "0.345"}, "annual_rate"),
        ({"annual_rate": "-0.01"}, "annual_rate"),
        ({"annual_rate": "three"}, "annual_rate"),
        ({"annual_rate": ""}, "annual_rate"),
        ({"annual_rate": "0.03", "lpr": "1Y"}, "annual_rate"),
        ({"annual_rate": "", "lpr": "2Y", "bp": 10}, "lpr"),
        ({"annual_rate": "", "lpr": "1Y", "bp": 2001}, "bp"),
        ({"annual_rate": "", "lpr": "1Y", "bp": 20, "reset": "publication"}, "reset"),
        ({"valid_until": "soon"}, "valid_until"),
        ({"conditions": "长" * 501}, "conditions"),
        ({"fees": [{"name": "", "payee": "公证处", "amount_fen": 100}]}, "fees.0.name"),
        ({"fees": [{"name": "公证费", "payee": "公证处", "amount_fen": 0}]}, "fees.0.amount_fen"),
        ({"fees": [{"name": "公证费", "payee": "公证处", "amount_fen": 5, "after_months": 25}]}, "fees.0.after_months"),
    ],
)
def test_an_incomplete_offer_is_refused_naming_the_field(changes, field):
    with pytest.raises(Invalid) as refusal:
        terms.read(plain_terms(**changes))
    assert set(refusal.value.fields) == {field}


def test_every_fault_is_named_at_once():
    with pytest.raises(Invalid) as refusal:
        terms.read({})
    assert {"amount_fen", "term_months", "method", "annual_rate", "valid_until"} <= set(refusal.value.fields)
