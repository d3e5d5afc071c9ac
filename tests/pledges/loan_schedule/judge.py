"""A second loan schedule, as slow as it likes, to judge the package by.

It judges valid documents only and names the first prepayment or fee that the arithmetic refuses. In arrears every row
keeps its own unpaid amounts and every day is walked.
"""

from fractions import Fraction as F
from math import floor

from tests.pledges.loan_schedule.judged_table import DAY, JudgedTable, Refused, d, round_to

ORDER = ["compound", "penalty", "interest", "principal"]


class Judge(JudgedTable):
    # --- fees and subsidies ---
    def lay_fees(self):
        self.upfront, self.by_payee = 0, {}
        lender = sum(row["fee"] for row in self.rows)
        for i, fee in enumerate(self.doc.get("fees", [])):
            if fee["date"] > max(row["due"] for row in self.rows):
                raise Refused(f"/fees/{i}/date")
            self.by_payee[fee["payee"]] = self.by_payee.get(fee["payee"], 0) + fee["amount"]
            if d(fee["date"]) == self.start:
                self.upfront += fee["amount"]
            else:
                next(row for row in self.rows if row["due"] >= fee["date"])["fee"] += fee["amount"]
        if lender:
            self.by_payee["lender"] = self.by_payee.get("lender", 0) + lender
        for row in self.rows:
            row["total"] = row["interest"] + row["principal"] + row["fee"]

    def lay_subsidies(self):
        self.by_payer, r0 = {}, self.path[0][1]
        for entry in self.doc.get("subsidies", []):
            factor, paid = F(1), {}
            if "gate" in entry:
                limit = self.lpr(entry["gate"]["tenor"], self.start) * F(entry["gate"]["multiple"])
                if r0 > limit:
                    factor = limit / r0 if entry["gate"]["effect"] == "truncate" else F(0)
            for row in self.rows:
                year = row["due"][:4]
                amount = floor(row["interest"] * F(entry["share"]) * factor)
                amount = min(amount, entry.get("cap_per_year", amount + paid.get(year, 0)) - paid.get(year, 0))
                paid[year] = paid.get(year, 0) + amount
                row["subsidy"] += amount
            self.by_payer[entry["payer"]] = self.by_payer.get(entry["payer"], 0) + sum(paid.values())

    def totals(self):
        total = {key: sum(row[key] for row in self.rows) for key in ("principal", "interest", "fee", "subsidy")}
        fees = total["fee"] + self.upfront
        return {
            "principal": total["principal"], "interest": total["interest"], "fees": fees, "fees_upfront": self.upfront,
            "subsidy": total["subsidy"], "paid": total["principal"] + total["interest"] + fees,
            "fees_by_payee": self.by_payee, "subsidy_by_payer": self.by_payer,
        }  # fmt: skip

    def simple(self, subsidised):
        """Cost over the fen-days really used, counted by walking the days on which principal is out."""
        events = [(day, amount) for day, amount in self.disb]
        events += [(d(row["due"]), -row["principal"]) for row in self.rows]
        events.sort()
        fen_days = 0
        for day, amount in events:
            fen_days -= amount * (day - self.start).days
        totals = self.totals()
        cost = totals["interest"] + totals["fees"] - (totals["subsidy"] if subsidised else 0)
        return cost * 365 / fen_days

    def flows(self, subsidised):
        flows = list(self.disb) + [(d(fee["date"]), -fee["amount"]) for fee in self.doc.get("fees", [])]
        prepaid = {p["date"]: p for p in self.doc.get("prepayments", [])}
        for row in self.rows:
            own = 0
            if row["kind"] == "prepayment":
                entry = prepaid[row["to"]]
                own = round_to(entry["amount"] * F(entry.get("fee_rate", "0")), "half_up")
            paid = row["interest"] + row["principal"] + own
            flows.append((d(row["due"]), (row["subsidy"] if subsidised else 0) - paid))
        return flows

    # --- arrears ---
    def arrears(self):
        penalty = {"multiple": "1.5", "compound": True, "order": ORDER} | self.doc.get("penalty", {})
        count = {"30/360": "act/360"}.get(self.doc["day_count"], self.doc["day_count"])
        open_rows = [
            {"due": d(row["due"]), "interest": row["interest"], "principal": row["principal"]}
            for row in self.rows
            if row["kind"] == "instalment"
        ]
        accrued, paid, credit = {"penalty": F(0), "compound": F(0)}, dict.fromkeys(ORDER, 0), 0
        day = self.start
        while True:
            credit += sum(p["amount"] for p in self.doc.get("payments", []) if d(p["date"]) == day)
            for what in penalty["order"]:
                if what in accrued:
                    use = min(credit, self.round_interest(accrued[what]) - paid[what])
                    credit, paid[what] = credit - use, paid[what] + use
                    continue
                for row in open_rows:
                    if row["due"] <= day:
                        use = min(credit, row[what])
                        row[what] -= use
                        credit, paid[what] = credit - use, paid[what] + use
            if day == self.as_of:
                break
            factor = self.rate(day) * F(penalty["multiple"]) * self.yf(day, day + DAY, count)
            for row in open_rows:
                if row["due"] <= day:
                    accrued["penalty"] += row["principal"] * factor
                    accrued["compound"] += row["interest"] * factor if penalty["compound"] else 0
            day += DAY
        late = [row for row in open_rows if row["due"] < self.as_of and row["interest"] + row["principal"] > 0]
        owed = {what: self.round_interest(accrued[what]) for what in accrued}
        dpd = (self.as_of - late[0]["due"]).days if late else 0
        overdue = {what: sum(row[what] for row in late) for what in ("interest", "principal")}
        prepaid = sum(r["principal"] for r in self.rows if r["kind"] == "prepayment" and d(r["due"]) <= self.as_of)
        due = {what: owed[what] - paid[what] for what in owed}
        return {
            "as_of": self.as_of.isoformat(),
            "outstanding_principal": sum(a for day, a in self.disb if day <= self.as_of) - prepaid - paid["principal"],
            "overdue_principal": overdue["principal"], "overdue_interest": overdue["interest"],
            "penalty_accrued": owed["penalty"], "compound_accrued": owed["compound"],
            "penalty_due": due["penalty"], "compound_due": due["compound"],
            "total_due": sum(overdue.values()) + sum(due.values()), "paid": paid, "unapplied": credit,
            "days_past_due": dpd,
            "class_floor": "normal" if dpd == 0 else "special_mention" if dpd <= 90 else "substandard" if dpd <= 270
            else "doubtful" if dpd <= 360 else "loss",
        }  # fmt: skip

    def result(self):
        self.make_rows()
        self.lay_fees()
        self.lay_subsidies()
        return {
            "rows": self.rows,
            "totals": self.totals(),
            "rate_path": [
                {"from": day.isoformat(), "annual": f"{float(value):.8f}"}
                for day, value in self.path
                if day < self.bounds[-1]
            ],
            "arrears": self.arrears() if self.as_of else None,
        }
