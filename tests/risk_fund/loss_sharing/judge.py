"""An independent judge: the contract's sections 4 to 7 once more, slowly, straight from the page.

It works on the JSON document itself, keeps nothing but a list of what happened and the loans, and works every sum out
anew from that list each time. It shares no code with the package it judges.
"""

import datetime
from fractions import Fraction
from math import floor
from typing import Any

from tests.risk_fund.loss_sharing.judge_formulas import base_of, ratio, rationed, refunds, result

Json = dict[str, Any]


def days(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


class Judge:
    def __init__(self, document: Json) -> None:
        self.scheme, self.events = document["scheme"], document["events"]
        self.parties: list[str] = self.scheme["parties"]
        self.residual: str = self.scheme["residual"]
        self.fund: str | None = self.scheme.get("fund")
        self.pool: Json | None = self.scheme.get("pool")
        self.base: Json = self.scheme.get("base", {})
        self.loans: dict[str, Json] = {}
        self.claims: list[Json] = []
        self.flows: list[tuple[str, int, str | None, int]] = []  # kind, year, bank, fen into cash
        self.used_up = {"recovery_cost": 0, "interest_to_lender": 0, "surplus": 0}
        self.latched: set[tuple[int, str | None]] = set()
        self.output: list[Json] = []
        self.cover: dict[tuple[Any, ...], int] = {}  # worked out once for each amount

    # ------------------------------------------------------------------ the record
    def run(self) -> Json:
        position = 0
        while position < len(self.events):
            end = self.group_end(position)
            if self.events[position]["type"] == "claim":
                self.claim_group(list(range(position, end)))
            else:
                self.single(position)
            position = end
        return {"events": self.output, "totals": self.totals()}

    def group_end(self, start: int) -> int:
        if self.events[start]["type"] != "claim" or not self.pool or self.pool.get("same_day", "fifo") == "fifo":
            return start + 1
        end, seen = start, set()
        while end < len(self.events):
            event = self.events[end]
            if event["type"] != "claim" or event["date"] != self.events[start]["date"] or event["loan"] in seen:
                break
            seen.add(event["loan"])
            end += 1
        return end

    def zero(self) -> dict[str, int]:
        return dict.fromkeys(self.parties, 0)

    def year(self, i: int) -> int:
        return days(self.events[i]["date"]).year

    def cash(self) -> int:
        return sum(amount for _, _, _, amount in self.flows)

    def note(self, i: int, reason: str | None, **more: Any) -> None:
        entry = {"i": i, "type": self.events[i]["type"], "ok": reason is None, "reason": reason, "cash": self.cash()}
        entry |= {"exposure": sum(loan["outstanding"] for loan in self.loans.values())}
        entry |= {"covered": sum(self.covered(loan, loan["outstanding"]) for loan in self.loans.values())}
        self.output.append(entry | {"breakers": self.breakers(self.year(i))} | more)

    # ------------------------------------------------------------------ 4.1 to 4.3
    def key(self, scope: str, loan: Json, year: int) -> tuple[Any, ...]:
        parts: list[Any] = []
        for subject in ("loan", "borrower", "bank"):
            if scope.split("_")[0] == subject:
                parts.append(loan[subject])
        if scope.endswith("year"):
            parts.append(year)
        return tuple(parts)

    def counted(self, claim: Json, loan: Json) -> tuple[int, int]:
        total, used = 0, 0
        for component in self.base.get("components", ["principal"]):
            amount = claim.get(component, 0)
            cap = self.base.get("interest_days_cap")
            if component == "interest" and cap is not None and amount:
                already = sum(c["days"] for c in self.claims if c["loan"] == loan["loan"])
                used = min(claim["interest_days"], cap - already)
                amount = floor(Fraction(amount * used, claim["interest_days"]) + Fraction(1, 2))
            total += amount
        return total, used

    def share(self, loan: Json, year: int, base: int, loss: int, past: list[Json]) -> Json:
        amounts, fed = self.zero(), []
        for index, stage in enumerate(self.scheme["stages"]):
            amount = base if index == 0 else amounts[stage["of"]]
            if index:
                amounts[stage["of"]] = 0
            key = self.key(stage.get("scope", "loan"), loan, year)
            before = sum(
                c["fed"][index]
                for c in past
                if self.key(stage.get("scope", "loan"), self.loans[c["loan"]], c["year"]) == key
            )
            old, new = result(self.scheme, stage, before), result(self.scheme, stage, before + amount)
            amounts = {p: amounts[p] + new[p] - old[p] for p in self.parties}
            fed.append(amount)
        amounts[self.residual] += loss - base
        cuts = []
        for index, cap in enumerate(self.scheme.get("caps", [])):
            key = self.key(cap["scope"], loan, year)
            used = sum(
                c["capped"][cap["party"]] - (c["extinguished"] if cap["party"] == self.fund else 0)
                for c in past
                if self.key(cap["scope"], self.loans[c["loan"]], c["year"]) == key
            )
            over = amounts[cap["party"]] - (cap["amount"] - used)
            if over > 0:
                to = cap.get("overflow_to") or self.residual
                amounts[cap["party"]] -= over
                amounts[to] += over
                cuts.append({"cap": index, "from": cap["party"], "to": to, "amount": over})
        return {"fed": fed, "capped": amounts, "cuts": cuts}

    def covered(self, loan: Json, outstanding: int) -> int:
        if self.fund is None:
            return 0
        terms = (loan["loan"], loan.get("ip_part"), loan.get("contract"), outstanding)
        if terms not in self.cover:
            counted = outstanding if "principal" in self.base.get("components", ["principal"]) else 0
            shared = self.share(loan, 1, base_of(self.scheme, counted, loan), outstanding, [])
            self.cover[terms] = shared["capped"][self.fund]
        return self.cover[terms]

    # ------------------------------------------------------------------ 4.4, 4.5, 5.1
    def borne(self, loan: str) -> dict[str, int]:
        return self.borne_by(lambda c: c["loan"] == loan)

    def borne_by(self, chosen: Any) -> dict[str, int]:
        picked = [c for c in self.claims if chosen(c)]
        return {p: sum(c["allocation"][p] for c in picked) for p in self.parties}

    def settle(self, loan: Json, year: int) -> dict[str, int]:
        """Set the loan's refunds to what they should be now; return the changes; the fund's goes to cash."""
        now = refunds(self.scheme, self.borne(loan["loan"]), loan["recovered"])
        change = {p: now[p] - loan["refund"][p] for p in self.parties}
        loan["refund"] = now
        if self.fund is not None:
            self.flows.append(("refund", year, loan["bank"], change[self.fund]))
        return change

    def position(self, loan: Json) -> dict[str, int]:
        borne = self.borne(loan["loan"])
        return {p: borne[p] - loan["refund"][p] for p in self.parties}

    def refusal(self, claim: Json) -> str | None:
        loan = self.loans.get(claim["loan"])
        if loan is None:
            return "NOT_ENROLLED"
        if loan["voided"]:
            return "LOAN_VOIDED"
        if loan.get("registered") and days(claim["date"]) < days(loan["registered"]):
            return "NOT_REGISTERED"
        waiting = self.scheme.get("waiting")
        if waiting:
            age = (days(claim["date"]) - days(claim["due"])).days
            if age < waiting["wait_days"]:
                return "TOO_EARLY"
            if waiting.get("window_days") is not None and age > waiting["wait_days"] + waiting["window_days"]:
                return "TOO_LATE"
        return "OVER_OUTSTANDING" if claim.get("principal", 0) > loan["outstanding"] else None

    def claim_group(self, positions: list[int]) -> None:
        cash, group = self.cash(), {}
        for i in positions:
            claim = self.events[i]
            reason = self.refusal(claim)
            priced = None if reason else self.priced(i)
            if priced and priced["give_back"] > max(0, cash):
                reason, priced = "TRUE_UP_UNFUNDED", None
            if priced:
                cash -= priced["give_back"]
                self.claims.append(priced)  # its allocation counts only when it is booked
            group[i] = (reason, priced)
        parts = {i: priced["capped"][self.fund] for i, (_, priced) in group.items() if priced and self.fund}
        paid = rationed(parts, cash) if self.pool is not None else parts
        for i, (reason, priced) in group.items():
            self.book(i, priced, paid.get(i, 0)) if priced else self.note(i, reason)
        for _, priced in group.values():
            if priced and self.pool and self.pool.get("unpaid", "deferred") == "extinguished":
                priced["extinguished"] = priced["unpaid"]

    def priced(self, i: int) -> Json:
        claim = self.events[i]
        loan, year = self.loans[claim["loan"]], self.year(i)
        counted, used = self.counted(claim, loan)
        so_far = sum(c["counted"] for c in self.claims if c["loan"] == claim["loan"])
        base = base_of(self.scheme, so_far + counted, loan) - base_of(self.scheme, so_far, loan)
        loss = sum(claim.get(part, 0) for part in ("principal", "interest", "penalty", "cost"))
        shared = self.share(loan, year, base, loss, self.claims)
        give_back = 0
        if self.pool is not None:
            assert self.fund is not None
            borne = self.borne(claim["loan"])
            borne = {p: borne[p] + shared["capped"][p] for p in self.parties}
            borne[self.residual] += shared["capped"][self.fund]
            borne[self.fund] -= shared["capped"][self.fund]
            give_back = max(0, loan["refund"][self.fund] - refunds(self.scheme, borne, loan["recovered"])[self.fund])
        extra = {"i": i, "loan": claim["loan"], "year": year, "counted": counted, "days": used, "loss": loss}
        return shared | extra | {
            "base": base, "give_back": give_back, "allocation": self.zero(), "unpaid": 0, "extinguished": 0, "owed": 0,
        }  # fmt: skip

    def book(self, i: int, claim: Json, paid: int) -> None:
        loan, fund = self.loans[claim["loan"]], self.fund
        amounts = dict(claim["capped"])
        if fund is not None:
            claim["unpaid"] = amounts[fund] - paid
            amounts[fund] -= claim["unpaid"]
            amounts[self.residual] += claim["unpaid"]
            self.flows.append(("pay", claim["year"], loan["bank"], -paid))
        if self.pool is not None and self.pool.get("unpaid", "deferred") == "deferred":
            claim["owed"] = claim["unpaid"]
        claim["allocation"] = dict(amounts)
        loan["claimed"] = True
        loan["outstanding"] -= self.events[i].get("principal", 0)
        true_up = self.settle(loan, claim["year"])
        running = {
            "loan": self.borne(claim["loan"]),
            "borrower": self.borne_by(lambda c: self.loans[c["loan"]]["borrower"] == loan["borrower"]),
            "bank": self.borne_by(lambda c: self.loans[c["loan"]]["bank"] == loan["bank"]),
            "year": self.borne_by(lambda c: c["year"] == claim["year"]),
            "all": self.borne_by(lambda c: True),
        }
        shown = {key: claim[key] for key in ("loss", "base", "cuts", "unpaid")} | {"allocation": amounts}
        self.note(i, None, **shown, true_up=true_up, position=self.position(loan), running=running)

    # ------------------------------------------------------------------ 5
    def single(self, i: int) -> None:
        event = self.events[i]
        reason, more = getattr(self, event["type"])(i, event)
        self.note(i, reason, **more)

    def contribute(self, i: int, event: Json) -> tuple[str | None, Json]:
        self.flows.append(("contribute", self.year(i), None, event["amount"]))
        return None, {}

    def withdraw(self, i: int, event: Json) -> tuple[str | None, Json]:
        if event["amount"] > self.cash():
            return "OVER_CASH", {}
        self.flows.append(("withdraw", self.year(i), None, -event["amount"]))
        return None, {}

    def enrol(self, i: int, event: Json) -> tuple[str | None, Json]:
        if event["loan"] in self.loans:
            return "DUPLICATE_LOAN", {}
        if self.suspended(event["bank"], self.year(i)):
            return "SUSPENDED", {}
        capacity = self.scheme.get("capacity")
        if capacity is not None and (reason := self.over_capacity(capacity, event)):
            return reason, {}
        fresh = {"outstanding": event["principal"], "recovered": 0, "refund": self.zero()}
        self.loans[event["loan"]] = event | fresh | {"claimed": False, "voided": False}
        return None, {"loan_covered": self.covered(event, event["principal"])}

    def over_capacity(self, capacity: Json, event: Json) -> str | None:
        def measure(loan: Json, outstanding: int) -> int:
            by_principal = capacity.get("measure", "principal") == "principal"
            return outstanding if by_principal else self.covered(loan, outstanding)

        book = [(loan["bank"], measure(loan, loan["outstanding"])) for loan in self.loans.values()]
        book.append((event["bank"], measure(event, event["principal"])))
        quota = capacity.get("quotas", {}).get(event["bank"])
        if quota is not None and sum(amount for bank, amount in book if bank == event["bank"]) > quota:
            return "OVER_QUOTA"
        leverage = capacity.get("leverage")
        if leverage is not None and sum(amount for _, amount in book) > ratio(leverage) * self.cash():
            return "OVER_CAPACITY"
        return None

    def repay(self, i: int, event: Json) -> tuple[str | None, Json]:
        loan = self.loans.get(event["loan"])
        if loan is None:
            return "NOT_ENROLLED", {}
        if event["amount"] > loan["outstanding"]:
            return "OVER_OUTSTANDING", {}
        loan["outstanding"] -= event["amount"]
        return None, {"loan_covered": self.covered(loan, loan["outstanding"])}

    def recovery(self, i: int, event: Json) -> tuple[str | None, Json]:
        loan = self.loans.get(event["loan"])
        if loan is None or not loan["claimed"]:
            return ("NO_CLAIM" if loan else "NOT_ENROLLED"), {}
        limits = {"cost": event.get("cost", 0), "interest": event.get("interest", 0)}
        limits["loss"] = sum(self.borne(event["loan"]).values()) - loan["recovered"]
        left, used = event["gross"], {}
        for purpose in self.scheme.get("recovery", {}).get("order", ["cost", "interest", "loss"]):
            used[purpose] = min(left, limits[purpose])
            left -= used[purpose]
        loan["recovered"] += used["loss"]
        self.used_up["recovery_cost"] += used["cost"]
        self.used_up["interest_to_lender"] += used["interest"]
        self.used_up["surplus"] += left
        change = self.settle(loan, self.year(i))
        return None, used | {"surplus": left, "allocation": change, "position": self.position(loan)}

    def clawback(self, i: int, event: Json) -> tuple[str | None, Json]:
        loan = self.loans.get(event["loan"])
        if loan is None or not loan["claimed"] or loan["voided"]:
            return ("NOT_ENROLLED" if loan is None else "LOAN_VOIDED" if loan["voided"] else "NO_CLAIM"), {}
        returned = {p: amount for p, amount in self.position(loan).items() if p != self.residual}
        if self.fund is not None:
            self.flows.append(("clawback", self.year(i), loan["bank"], returned[self.fund]))
        for claim in self.claims:
            if claim["loan"] == event["loan"]:
                claim["allocation"] = self.zero() | {self.residual: sum(claim["allocation"].values())}
                claim["owed"] = 0
        loan["refund"] = self.zero() | {self.residual: sum(loan["refund"].values())}
        loan["voided"] = True
        return None, {"returned": returned, "position": self.position(loan)}

    def pay_deferred(self, i: int, event: Json) -> tuple[str | None, Json]:
        payments, true_up = [], self.zero()
        for claim in sorted(self.claims, key=lambda c: c["i"]):
            paid = min(claim["owed"], self.cash())
            if paid > 0:
                assert self.fund is not None
                loan = self.loans[claim["loan"]]
                claim["owed"] -= paid
                claim["allocation"][self.fund] += paid
                claim["allocation"][self.residual] -= paid
                self.flows.append(("pay", self.year(i), loan["bank"], -paid))
                change = self.settle(loan, self.year(i))
                true_up = {p: true_up[p] + change[p] for p in self.parties}
                payments.append({"i": claim["i"], "loan": claim["loan"], "amount": paid})
        return None, {"payments": payments, "true_up": true_up}

    # ------------------------------------------------------------------ 5.2
    def rate(self, breaker: Json, bank: str | None, year: int) -> tuple[int, str]:
        kinds = ("pay",) if breaker.get("metric", "net") == "gross" else ("pay", "refund", "clawback")
        amount = -sum(a for kind, y, b, a in self.flows if kind in kinds and y == year and bank in (None, b))
        value = Fraction(amount, breaker["denominator"])
        strict = breaker.get("comparison", ">=") == ">"
        for state, limit in (("suspended", breaker["suspend"]), ("warning", breaker.get("warn"))):
            if limit is not None and (value > ratio(limit) or (value == ratio(limit) and not strict)):
                return amount, state
        return amount, "open"

    def state(self, index: int, bank: str | None, year: int) -> tuple[int, str]:
        amount, state = self.rate(self.scheme["breakers"][index], bank, year)
        return amount, "suspended" if (index, bank) in self.latched else state

    def breakers(self, year: int) -> list[Json]:
        readings = []
        for index, breaker in enumerate(self.scheme.get("breakers", [])):
            per_bank = breaker.get("scope", "scheme") == "bank"
            banks = sorted({loan["bank"] for loan in self.loans.values()}) if per_bank else [None]
            for bank in banks:
                amount, state = self.state(index, bank, year)
                if state == "suspended" and breaker.get("latched", True):
                    self.latched.add((index, bank))
                readings.append({"breaker": index, "bank": bank, "amount": amount, "state": state})
        return readings

    def suspended(self, bank: str, year: int) -> bool:
        return any(
            self.state(index, bank if breaker.get("scope") == "bank" else None, year)[1] == "suspended"
            for index, breaker in enumerate(self.scheme.get("breakers", []))
        )

    def reset(self, i: int, event: Json) -> tuple[str | None, Json]:
        index, bank, year = event["breaker"], event.get("bank"), self.year(i)
        if self.state(index, bank, year)[1] != "suspended":
            return "NOT_SUSPENDED", {}
        if len(set(event["approvers"])) < 2:
            return "TWO_APPROVERS", {}
        if self.rate(self.scheme["breakers"][index], bank, year)[1] == "suspended":
            return "STILL_OVER", {}
        self.latched.discard((index, bank))
        return None, {}

    # ------------------------------------------------------------------ 7
    def totals(self) -> Json:
        def flow(kind: str) -> int:
            return sum(amount for k, _, _, amount in self.flows if k == kind)

        borne = self.borne_by(lambda c: True)
        back = {p: sum(loan["refund"][p] for loan in self.loans.values()) for p in self.parties}
        by: Json = {"loan": {}, "borrower": {}, "bank": {}, "year": {}}
        for claim in self.claims:
            loan = self.loans[claim["loan"]]
            names = {group: loan[group] for group in ("loan", "borrower", "bank")} | {"year": str(claim["year"])}
            for group, name in names.items():
                sums = by[group].setdefault(name, self.zero())
                by[group][name] = {p: sums[p] + claim["allocation"][p] for p in self.parties}
        return {
            "cash": self.cash(), "contributed": flow("contribute"), "withdrawn": -flow("withdraw"),
            "paid": -flow("pay"), "refunded": flow("refund"), "clawed_back": flow("clawback"),
            "deferred": sum(claim["owed"] for claim in self.claims), **self.used_up,
            "borne": borne, "back": back, "net": {p: borne[p] - back[p] for p in self.parties}, "by": by,
        }  # fmt: skip


def judge(document: Json) -> Json:
    """Return the events and totals the contract asks for."""
    return Judge(document).run()
