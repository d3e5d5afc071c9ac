"""The loan schedule: repayment table, all-in annual cost, interest subsidy and arrears of one loan, in exact fen.

`build` is the JSON door (`manage.py loan_schedule` is a shell over it). Callers with values of their own make a
`terms.Loan`, or let `read` make one of a document, and ask `schedule` for the answer as frozen values.
"""

from finance_platform.foundation.faults import BadDocument, Fault
from pledges.loan_schedule.document import read
from pledges.loan_schedule.report import build, build_arrears
from pledges.loan_schedule.schedule import Schedule, schedule
from pledges.loan_schedule.terms import Loan

__all__ = ["BadDocument", "Fault", "Loan", "Schedule", "build", "build_arrears", "read", "schedule"]
