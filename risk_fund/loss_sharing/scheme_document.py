"""A scheme read from its JSON form, with every rule that must hold between its fields."""

from fractions import Fraction
from typing import Any, get_args

from risk_fund.loss_sharing.reader import (
    FAULTY,
    Reader,
    Record,
    boolean,
    choice,
    integer,
    known,
    listing,
    mapping,
    member,
    name,
    ratio,
    record,
    refuse,
    text,
)
from risk_fund.loss_sharing.scheme import (
    BaseRule,
    Breaker,
    Cap,
    Capacity,
    Component,
    IpPortion,
    Layer,
    Pool,
    RecoveryRule,
    Rounding,
    Scheme,
    Scope,
    Stage,
    Unit,
    Waiting,
)

DAYS_MAX = 36500
WEIGHT_MAX = 1_000_000
RECOVERY_ORDERS = (["cost", "interest", "loss"], ["cost", "loss", "interest"])

_days = integer(0, DAYS_MAX)
_positive = integer(1)
_scope = choice(*get_args(Scope.__value__))


def build_scheme(fields: Record) -> Scheme:
    """Read a scheme; where a part is faulty, the scheme holds FAULTY in its place.

    Raises: nothing.
    Source: share_loss contract, section 3.
    """
    parties = fields.required("parties", listing(name, empty=False, distinct=True))
    party = member(parties, "parties")
    residual = fields.required("residual", party)
    scheme = Scheme(
        parties=parties,
        residual=residual,
        stages=fields.required("stages", _stages(party, residual)),
        fund=fields.nullable("fund", party),
        code=fields.optional("code", text(1, 64)),
        base=fields.optional("base", record(_base), BaseRule()),
        caps=fields.optional("caps", _caps(party, residual), ()),
        rounding=fields.optional("rounding", choice(*get_args(Rounding.__value__)), "floor_residual"),
        waiting=fields.nullable("waiting", record(_waiting)),
        breakers=fields.optional("breakers", listing(record(_breaker)), ()),
        capacity=fields.nullable("capacity", record(_capacity)),
        recovery=fields.optional("recovery", record(_recovery(party)), RecoveryRule()),
        pool=fields.nullable("pool", record(_pool)),
    )
    _check_fund(fields, scheme)
    _check_rounding(fields, scheme)
    return scheme


def _check_fund(fields: Record, scheme: Scheme) -> None:
    needing = {"pool": scheme.pool, "capacity": scheme.capacity, "breakers": scheme.breakers or None}
    needed_by = [field for field, value in needing.items() if known(value) and value is not None]
    if scheme.fund is None and needed_by:
        fields.refuse("fund", "is required with " + ", ".join(needed_by))
    if known(scheme.fund) and scheme.fund is not None and scheme.fund == scheme.residual:
        fields.refuse("fund", "must not be the residual party")


def _check_rounding(fields: Record, scheme: Scheme) -> None:
    if scheme.rounding != "largest_remainder":
        return
    too_many_stages = known(scheme.stages) and len(scheme.stages) > 1
    other_scope = known(scheme.stages) and any(known(stage.scope) and stage.scope != "loan" for stage in scheme.stages)
    caps = known(scheme.caps) and bool(scheme.caps)
    pool = known(scheme.pool) and scheme.pool is not None
    if too_many_stages or other_scope or caps or pool:
        fields.refuse("rounding", "largest_remainder allows one stage of scope loan, no caps and no pool")


def _base(fields: Record) -> BaseRule:
    components = choice(*get_args(Component.__value__))
    return BaseRule(
        fields.optional("components", listing(components, empty=False, distinct=True), ("principal",)),
        fields.nullable("interest_days_cap", _days),
        fields.optional("ip_portion", choice(*get_args(IpPortion.__value__)), "all"),
    )


def _stages(party: Reader, residual: str) -> Reader:
    first, later = record(_stage(party, residual, first=True)), record(_stage(party, residual, first=False))
    return listing(later, first=first, empty=False)


def _stage(party: Reader, residual: str, *, first: bool) -> Any:
    def build(fields: Record) -> Stage:
        unit = fields.optional("unit", choice(*get_args(Unit.__value__)), "amount")
        layers = fields.required("layers", listing(record(_layer(party, unit)), empty=False))
        if known(layers):
            _check_order(fields, layers)
        return Stage(
            layers,
            fields.optional("scope", _scope, "loan"),
            _absent_of(fields) if first else _of(fields, party, residual),
            unit,
            _portfolio(fields, unit),
        )

    return build


def _absent_of(fields: Record) -> Any:
    return fields.nullable("of", lambda value, at, faults: refuse(faults, at, "must be absent on the first stage"))


def _of(fields: Record, party: Reader, residual: str) -> Any:
    of = fields.required("of", party)
    if known(of, residual) and of == residual:
        fields.refuse("of", "must not be the residual party")
    return of


def _portfolio(fields: Record, unit: str) -> Any:
    if unit == "portfolio":
        return fields.required("portfolio", _positive)
    portfolio = fields.optional("portfolio", _positive)
    if known(unit, portfolio) and fields.has("portfolio"):
        fields.refuse("portfolio", "is allowed only with unit portfolio")
    return portfolio


def _layer(party: Reader, unit: str) -> Any:
    bound = _fen_bound if unit == "amount" else ratio()

    def build(fields: Record) -> Layer:
        attach = fields.optional("attach", bound, Fraction(0))
        exhaust = fields.nullable("exhaust", bound)
        if unit == "loss" and known(exhaust) and exhaust is not None and exhaust > 1:
            exhaust = fields.refuse("exhaust", "must be at most 1, the whole loss")
        shares = fields.required("shares", mapping(party, integer(1, WEIGHT_MAX), empty=False))
        return Layer(attach, exhaust, shares)

    return build


def _fen_bound(value: object, pointer: str, faults: Any) -> Any:
    amount = integer()(value, pointer, faults)
    return Fraction(amount) if known(amount) else FAULTY


def _check_order(fields: Record, layers: tuple[Layer, ...]) -> None:
    """Check that layers rise: each attaches at or above the end of the one before it, and an open one is the last."""
    for index, layer in enumerate(layers):
        at = f"{fields.at('layers')}/{index}"
        if known(layer.attach, layer.exhaust) and layer.exhaust is not None and layer.exhaust <= layer.attach:
            refuse(fields.faults, f"{at}/exhaust", "must be above attach")
        before = layers[index - 1].exhaust if index else Fraction(0)
        if not known(layer.attach, before):
            continue
        if before is None:
            refuse(fields.faults, f"{at}/attach", "must not follow a layer without exhaust")
        elif layer.attach < before:
            refuse(fields.faults, f"{at}/attach", "must be at or above the exhaust of the layer before it")


def _caps(party: Reader, residual: str) -> Reader:
    def read(value: object, pointer: str, faults: Any) -> Any:
        caps = listing(record(_cap(party, residual)))(value, pointer, faults)
        for index, cap in enumerate(caps if known(caps) else ()):
            capped = [earlier.party for earlier in caps[:index] if known(earlier.party)]
            if known(cap.overflow_to) and cap.overflow_to in capped:
                refuse(faults, f"{pointer}/{index}/overflow_to", "must not have a cap earlier in the list")
        return caps

    return read


def _cap(party: Reader, residual: str) -> Any:
    def build(fields: Record) -> Cap:
        capped = fields.required("party", party)
        if known(capped, residual) and capped == residual:
            capped = fields.refuse("party", "must not be the residual party")
        overflow_to = fields.nullable("overflow_to", party)
        if known(capped, overflow_to) and capped == overflow_to:
            overflow_to = fields.refuse("overflow_to", "must be another party")
        scope, amount = fields.required("scope", _scope), fields.required("amount", integer())
        return Cap(capped, scope, amount, residual if overflow_to is None else overflow_to)

    return build


def _waiting(fields: Record) -> Waiting:
    return Waiting(fields.required("wait_days", _days), fields.nullable("window_days", _days))


def _breaker(fields: Record) -> Breaker:
    breaker = Breaker(
        fields.required("denominator", _positive),
        fields.required("suspend", ratio(positive=True)),
        fields.nullable("warn", ratio(positive=True)),
        fields.optional("scope", choice("scheme", "bank"), "scheme"),
        fields.optional("metric", choice("net", "gross"), "net"),
        fields.optional("comparison", choice(">=", ">"), ">="),
        fields.optional("latched", boolean, True),
    )
    if breaker.warn is not None and known(breaker.warn, breaker.suspend) and breaker.warn > breaker.suspend:
        fields.refuse("warn", "must be at most suspend")
    return breaker


def _capacity(fields: Record) -> Capacity:
    return Capacity(
        fields.nullable("leverage", ratio()),
        fields.optional("measure", choice("principal", "covered"), "principal"),
        fields.optional("quotas", mapping(name, integer()), {}),
    )


def _recovery(party: Reader) -> Any:
    def build(fields: Record) -> RecoveryRule:
        return RecoveryRule(
            fields.optional("order", _recovery_order, RecoveryRule.order),
            fields.optional("first", listing(party, distinct=True), ()),
        )

    return build


def _recovery_order(value: object, pointer: str, faults: Any) -> Any:
    if isinstance(value, list) and value in RECOVERY_ORDERS:
        return tuple(value)
    return refuse(faults, pointer, "must be cost, then interest and loss in either order")


def _pool(fields: Record) -> Pool:
    return Pool(
        fields.optional("same_day", choice("fifo", "pro_rata"), "fifo"),
        fields.optional("unpaid", choice("deferred", "extinguished"), "deferred"),
    )
