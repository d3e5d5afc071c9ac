"""From the JSON document to the loan as agreed: the shape of every member, one reader per object.

What must hold between members (order of dates, sums of shares) is in `consistency`; what only the arithmetic can find
out (no quotation in force, a prepayment above the balance) is found where it is computed.
"""

from fractions import Fraction
from typing import Any, Literal, cast, get_args

from finance_platform.foundation.faults import BadDocument, Fault
from pledges.loan_schedule.consistency import inconsistencies
from pledges.loan_schedule.reading import (
    MOST_FEN,
    Members,
    Place,
    amount_fen,
    boolean,
    choice,
    day,
    decimal,
    integer,
    listed,
    name,
)
from pledges.loan_schedule.terms import (
    Bullet,
    BusinessDays,
    Disbursement,
    Due,
    EqualMethod,
    Every,
    Fee,
    FixedRate,
    Gate,
    Instalments,
    InterestOnly,
    Loan,
    LprQuote,
    LprRate,
    Payment,
    Penalty,
    Prepayment,
    Rounding,
    Subsidy,
)

COMMON_KEYS = (
    *("disbursements", "rate", "lpr", "day_count", "method", "business_days", "rounding", "fees", "subsidies"),
    *("prepayments", "as_of", "payments", "penalty"),
)
EQUAL_KEYS = ("instalments", "first_due", "every", "interest_basis")
PLAN_KEYS = {
    "equal_instalment": EQUAL_KEYS,
    "equal_principal": EQUAL_KEYS,
    "interest_only": ("maturity", "settlement"),
    "bullet": ("maturity",),
}
MOST_STEPS = {"month": 12, "week": 52, "day": 366}

SETTLED_BY_DEFAULT: tuple[Literal["month", "quarter"], int] = ("month", 20)

share = decimal(0, 1)
tenor = choice("1Y", "5Y")
rounding_mode = choice("half_up", "half_even", "up", "down")


def read(document: dict[str, Any]) -> Loan:
    """Give the loan the document describes.

    Raises BadDocument with every fault of shape that was found, at most one for each pointer, in the order found.
    """
    faults: list[Fault] = []
    loan = _loan(document, faults)
    faults += inconsistencies(loan, document)
    first_at_pointer: dict[str, Fault] = {}
    for fault in faults:
        first_at_pointer.setdefault(fault.pointer, fault)
    if faults:
        raise BadDocument(first_at_pointer.values())
    return loan


def _loan(document: dict[str, Any], faults: list[Fault]) -> Loan:
    members = Members(Place(document, "", faults), _known_keys(document.get("method")))
    dated_by_as_of = members if "as_of" in document else Members(Place({}, "", faults), ())
    return Loan(
        disbursements=members.required("disbursements", listed(_disbursement, most=50, least=1)) or (),
        rate=members.required("rate", _rate),
        lpr=members.optional("lpr", listed(_lpr_quote, most=1000), ()),
        day_count=members.required("day_count", choice("act/360", "act/365", "act/act", "30/360")),
        plan=_plan(members),
        business_days=members.optional("business_days", _business_days, BusinessDays()),
        rounding=members.optional("rounding", _rounding, Rounding()),
        fees=members.optional("fees", listed(_fee, most=200), ()),
        subsidies=members.optional("subsidies", listed(_subsidy, most=5), ()),
        prepayments=members.optional("prepayments", listed(_prepayment, most=100), ()),
        as_of=members.optional("as_of", day, None),
        payments=dated_by_as_of.optional("payments", listed(_payment, most=2000), ()),
        penalty=dated_by_as_of.optional("penalty", _penalty, Penalty()),
    )


def _known_keys(method: Any) -> tuple[str, ...]:
    """Give the root's keys; while the method is in doubt, no method's own key is called wrong."""
    if isinstance(method, str) and method in PLAN_KEYS:
        return COMMON_KEYS + PLAN_KEYS[method]
    return COMMON_KEYS + EQUAL_KEYS + PLAN_KEYS["interest_only"]


def _plan(members: Members) -> Instalments | InterestOnly | Bullet:
    method = members.required("method", choice(*PLAN_KEYS))
    if method in get_args(EqualMethod):
        return _instalments(members, cast(EqualMethod, method))
    if method == "bullet":
        return Bullet(members.required("maturity", day))
    if method == "interest_only":
        every, on = members.optional("settlement", _settlement, SETTLED_BY_DEFAULT)
        return InterestOnly(members.required("maturity", day), every, on)
    return cast(Bullet, None)


def _instalments(members: Members, method: EqualMethod) -> Instalments:
    every = members.optional("every", _every, Every("month", 1))
    by_default: Literal["period", "daily"] = "period" if every.unit == "month" else "daily"
    return Instalments(
        method=method,
        count=members.required("instalments", integer(1, 480)),
        first_due=members.required("first_due", day),
        every=every,
        interest_basis=members.optional("interest_basis", choice("period", "daily"), by_default),
    )


def _every(place: Place) -> Every:
    members = Members(place, ("unit", "count"))
    unit = members.required("unit", choice("month", "week", "day"))
    return Every(unit, members.required("count", integer(1, MOST_STEPS.get(unit, 366))))


def _settlement(place: Place) -> tuple[Literal["month", "quarter"], int]:
    members = Members(place, ("every", "day"))
    return members.required("every", choice("month", "quarter")), members.required("day", integer(1, 28))


def _disbursement(place: Place) -> Disbursement:
    members = Members(place, ("date", "amount"))
    return Disbursement(members.required("date", day), members.required("amount", amount_fen))


def _payment(place: Place) -> Payment:
    members = Members(place, ("date", "amount"))
    return Payment(members.required("date", day), members.required("amount", amount_fen))


def _prepayment(place: Place) -> Prepayment:
    members = Members(place, ("date", "amount", "effect", "fee_rate"))
    return Prepayment(
        date=members.required("date", day),
        amount_fen=members.required("amount", amount_fen),
        effect=members.optional("effect", choice("lower", "shorten"), "lower"),
        fee_rate=members.optional("fee_rate", share, Fraction(0)),
    )


def _rate(place: Place) -> FixedRate | LprRate:
    """Read a rate; one without `annual` is read as the LPR form."""
    if isinstance(place.value, dict) and "annual" in place.value:
        return FixedRate(Members(place, ("annual",)).required("annual", share))
    members = Members(place, ("lpr", "bp", "reset"))
    return LprRate(
        tenor=members.required("lpr", tenor),
        bp=members.required("bp", integer(-500, 2000)),
        reset=members.optional("reset", choice("none", "publication", "january_1", "anniversary"), "none"),
    )


def _lpr_quote(place: Place) -> LprQuote:
    members = Members(place, ("date", "1Y", "5Y"))
    on = members.required("date", day)
    tenors = [tenor for tenor in ("1Y", "5Y") if members.has(tenor)]
    return LprQuote(on, cast(Any, {tenor: members.required(tenor, share) for tenor in tenors}))


def _business_days(place: Place) -> BusinessDays:
    members = Members(place, ("rule", "holidays", "workdays", "accrue_to"))
    days = listed(day, most=5000)
    return BusinessDays(
        follows=members.required("rule", choice("none", "following")) == "following",
        holidays=frozenset(members.optional("holidays", days, ())),
        workdays=frozenset(members.optional("workdays", days, ())),
        accrues_to_due=members.optional("accrue_to", choice("nominal", "adjusted"), "nominal") == "adjusted",
    )


def _rounding(place: Place) -> Rounding:
    members = Members(place, ("interest", "instalment", "multiple"))
    return Rounding(
        interest=members.optional("interest", rounding_mode, "half_up"),
        instalment=members.optional("instalment", rounding_mode, "half_up"),
        multiple_fen=members.optional("multiple", integer(1, 1_000_000), 1),
    )


def _fee(place: Place) -> Fee:
    members = Members(place, ("date", "amount", "payee"))
    return Fee(members.required("date", day), members.required("amount", amount_fen), members.required("payee", name))


def _subsidy(place: Place) -> Subsidy:
    members = Members(place, ("payer", "share", "cap_per_year", "gate"))
    return Subsidy(
        payer=members.required("payer", name),
        share=members.required("share", share),
        cap_per_year_fen=members.optional("cap_per_year", integer(0, MOST_FEN), None),
        gate=members.optional("gate", _gate, None),
    )


def _gate(place: Place) -> Gate:
    members = Members(place, ("tenor", "multiple", "effect"))
    return Gate(
        tenor=members.required("tenor", tenor),
        multiple=members.required("multiple", decimal(0, 10)),
        effect=members.required("effect", choice("refuse", "truncate")),
    )


def _penalty(place: Place) -> Penalty:
    members = Members(place, ("multiple", "compound", "order"))
    return Penalty(
        multiple=members.optional("multiple", decimal(1, 3), Penalty().multiple),
        compound=members.optional("compound", boolean, Penalty().compound),
        order=members.optional("order", _order, Penalty().order),
    )


def _order(place: Place) -> tuple[Due, ...]:
    words = place.value if isinstance(place.value, list) else []
    if not all(isinstance(word, str) for word in words) or sorted(words) != sorted(get_args(Due)):
        return place.refuse(f"must name each of {', '.join(get_args(Due))} once")
    return tuple(words)
