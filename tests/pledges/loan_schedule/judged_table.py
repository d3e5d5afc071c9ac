"""The judge's table: dates, rates and rows, written from the contract page alone, one calendar day at a time.

It shares no code with the package: days are walked singly, the instalment comes from the page's own sum of discount
factors, the order of a day's happenings from one sorted list.
"""

from datetime import date, timedelta
from fractions import Fraction as F
from math import ceil, floor

DAY = timedelta(days=1)


class Refused(Exception):
    """Carries the pointer of the first fault."""


def d(text):
    return date.fromisoformat(text)


def round_to(value, mode):
    below, rest = floor(value), value - floor(value)
    if mode == "up":
        return ceil(value)
    if mode == "down":
        return below
    if rest == F(1, 2):
        return below + 1 if mode == "half_up" else below + below % 2
    return below + (rest > F(1, 2))


def add_months(day, months):
    first = date(day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1, 1)
    for length in (31, 30, 29, 28):
        try:
            return first.replace(day=min(day.day, length))
        except ValueError:
            continue
    raise AssertionError


class JudgedTable:
    def __init__(self, doc):
        self.doc = doc
        self.disb = [(d(x["date"]), x["amount"]) for x in doc["disbursements"]]
        self.start = self.disb[0][0]
        self.rounding = {"interest": "half_up", "instalment": "half_up", "multiple": 1} | doc.get("rounding", {})
        self.every = doc.get("every", {"unit": "month", "count": 1})
        self.monthly = self.every["unit"] == "month"
        self.equal = doc["method"].startswith("equal")
        self.basis = doc.get("interest_basis", "period" if self.monthly else "daily") if self.equal else "daily"
        self.make_boundaries()
        self.as_of = d(doc["as_of"]) if "as_of" in doc else None
        self.make_rates()

    # --- dates ---
    def make_boundaries(self):
        doc = self.doc
        if self.equal:
            first, count = d(doc["first_due"]), self.every["count"]
            per = {"week": 7, "day": 1}.get(self.every["unit"])
            nominal = [
                add_months(first, k * count) if self.monthly else first + DAY * (k * count * per)
                for k in range(doc["instalments"])
            ]
        else:
            maturity, nominal = d(doc["maturity"]), []
            if doc["method"] == "interest_only":
                rule = doc.get("settlement", {"every": "month", "day": 20})
                months = (3, 6, 9, 12) if rule["every"] == "quarter" else range(1, 13)
                day = self.start + DAY
                while day < maturity:
                    if day.day == rule["day"] and day.month in months:
                        nominal.append(day)
                    day += DAY
            nominal.append(maturity)
        business = doc.get("business_days", {"rule": "none"})
        off = set(map(d, business.get("holidays", [])))
        on = set(map(d, business.get("workdays", [])))
        self.due = []
        for day in nominal:
            if business["rule"] == "following":
                while day in off or (day.isoweekday() > 5 and day not in on):
                    day += DAY
            self.due.append(day)
        adjusted = business.get("accrue_to", "nominal") == "adjusted"
        self.bounds = self.due if adjusted else nominal
        self.nominal = nominal
        self.n = len(nominal)

    # --- rates ---
    def lpr(self, tenor, day):
        value = None
        for entry in self.doc.get("lpr", []):
            if d(entry["date"]) <= day and tenor in entry:
                value = F(entry[tenor])
        return value

    def make_rates(self):
        rate = self.doc["rate"]
        if "annual" in rate:
            self.path = [(self.start, F(rate["annual"]))]
            return
        bp = F(rate["bp"], 10000)
        self.path = [(self.start, self.lpr(rate["lpr"], self.start) + bp)]
        until = max(self.bounds[-1], self.as_of or self.start)
        table = {d(entry["date"]) for entry in self.doc["lpr"]}
        reset = rate.get("reset", "none")
        day = self.start + DAY
        while day < until:
            birthday = (day.month, day.day) == (self.start.month, self.start.day)
            if (self.start.month, self.start.day) == (2, 29) and not self.leap(day.year):
                birthday = (day.month, day.day) == (2, 28)
            hit = {
                "none": False,
                "publication": day in table,
                "january_1": (day.month, day.day) == (1, 1),
                "anniversary": birthday,
            }[reset]
            if hit:
                value = self.lpr(rate["lpr"], day) + bp
                if value != self.path[-1][1]:
                    self.path.append((day, value))
            day += DAY

    def rate(self, day):
        return [value for since, value in self.path if since <= day][-1]

    @staticmethod
    def leap(year):
        return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)

    def days(self, a, b):
        if self.doc["day_count"] != "30/360":
            return (b - a).days
        d1 = min(a.day, 30)
        d2 = 30 if b.day == 31 and d1 == 30 else b.day
        return (b.year * 360 + b.month * 30 + d2) - (a.year * 360 + a.month * 30 + d1)

    def yf(self, a, b, count=None):
        count = count or self.doc["day_count"]
        if count == "30/360":
            return F(self.days(a, b), 360)
        total, day = F(0), a
        while day < b:
            total += F(1, {"act/360": 360, "act/365": 365}.get(count) or (366 if self.leap(day.year) else 365))
            day += DAY
        return total

    # --- rows ---
    def regular(self, k):
        return k > 1 or (self.monthly and add_months(self.start, self.every["count"]) == self.nominal[0])

    def bound(self, k):
        return self.start if k == 0 else self.bounds[k - 1]

    def accrued(self, a, b, balances):
        """Interest of [a, b): runs of days with one balance and one rate; `balances` are (since, balance)."""
        total, day = F(0), a
        while day < b:
            state = self.state(day, balances)
            end = day + DAY
            while end < b and self.state(end, balances) == state:
                end += DAY
            total += state[0] * state[1] * self.yf(day, end)
            day = end
        return total

    def state(self, day, balances):
        return [balance for since, balance in balances if since <= day][-1], self.rate(day)

    def moments(self):
        """All that happens, in order: on one day the first instalment, then the events, then further instalments."""
        happen = []
        for k in range(1, self.n + 1):
            first_on_day = self.bound(k) not in self.bounds[: k - 1]
            happen.append((self.bound(k), 0 if first_on_day else 3, k, "instalment"))
        happen += [(day, 1, i, "disbursement") for i, (day, _) in enumerate(self.disb) if i]
        happen += [(d(p["date"]), 2, i, "prepayment") for i, p in enumerate(self.doc.get("prepayments", []))]
        return sorted(happen)

    def solve(self, now, k, balance, a):
        rate, v, vs = self.rate(now), F(1), []
        for i in range(k, self.n + 1):
            if i == k and now > self.bound(k - 1):
                f = rate * self.yf(now, self.bound(k))
            elif self.basis == "period" and self.regular(i):
                f = rate * F(self.every["count"], 12)
            else:
                f = rate * self.yf(self.bound(i - 1), self.bound(i))
            v = v / (1 + f)
            vs.append(v)
        return self.to_multiple((balance + a * vs[0]) / sum(vs))

    def to_multiple(self, value):
        multiple = self.rounding["multiple"]
        return round_to(value / multiple, self.rounding["instalment"]) * multiple

    def make_rows(self):
        doc, method = self.doc, self.doc["method"]
        self.rows = []
        row_start, k, balance = self.start, 1, self.disb[0][1]
        balances, x, solved_rate = [(self.start, balance)], 0, None
        pending = len(self.disb) - 1
        ended = False

        def agree(now):
            nonlocal x, solved_rate
            if method == "equal_instalment":
                x, solved_rate = self.solve(now, k, balance, self.accrued(row_start, now, balances)), self.rate(now)
            elif method == "equal_principal":
                x = self.to_multiple(F(balance, self.n - k + 1))

        agree(self.start)
        inside = False
        for day, _, index, kind in self.moments():
            if ended:
                if kind == "prepayment":
                    raise Refused(f"/prepayments/{index}/date")
                continue
            if kind == "disbursement":
                balance += self.disb[index][1]
                pending -= 1
                balances.append((day, balance))
                inside |= day > self.bound(k - 1)
                agree(day)
                continue
            exact = self.accrued(row_start, day, balances)
            fee = 0
            if kind == "prepayment":
                entry = doc["prepayments"][index]
                if entry["amount"] > balance:
                    raise Refused(f"/prepayments/{index}/amount")
                inside |= day > self.bound(k - 1)
                interest, principal, due = self.round_interest(exact), entry["amount"], day
                fee = round_to(principal * F(entry.get("fee_rate", "0")), "half_up")
            else:
                if self.basis == "period" and self.regular(k) and not inside:
                    exact = balance * self.rate(self.bound(k - 1)) * F(self.every["count"], 12)
                interest, due = self.round_interest(exact), self.due[k - 1]
                if k == self.n:
                    principal = balance
                elif method == "equal_instalment":
                    principal = min(max(x - interest, 0), balance)
                else:
                    principal = min(x, balance) if method == "equal_principal" else 0
            balance -= principal
            balances.append((day, balance))
            today = sum(amount for when, amount in self.disb[1:] if when == day) if kind == "instalment" else 0
            if kind == "instalment" and any(r["to"] == day.isoformat() and r["kind"] == kind for r in self.rows):
                today = 0  # already paid out between the two instalments of this day
            self.rows.append(
                {
                    "no": len(self.rows) + 1, "kind": kind, "from": row_start.isoformat(), "to": day.isoformat(),
                    "due": due.isoformat(), "days": self.days(row_start, day), "interest": interest,
                    "principal": principal, "fee": fee, "total": 0, "balance": balance + today, "subsidy": 0,
                }
            )  # fmt: skip
            row_start = day
            if kind == "instalment":
                k, inside = k + 1, False
                if k <= self.n and method == "equal_instalment" and self.rate(day) != solved_rate:
                    agree(day)
            elif entry.get("effect", "lower") == "lower":
                agree(day)
            ended = balance == 0 and pending == 0

    def round_interest(self, value):
        return round_to(value, self.rounding["interest"])
