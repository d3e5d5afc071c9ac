"""The policy on one page: what can be done (`Permission`), and which role may do it (`ROLES`).

Every use case names one permission; API and pages ask here and nowhere else. *Which rows* a person sees is decided by
`queries.visible_to`. Offices follow the two-office rule: the IP administration reviews (prefecture) and approves
(region), the finance office approves and pays; the auditor only reads. Maker and checker are different people: roles
separate the work, `rules.require_distinct_hands` separates the persons.
"""

from enum import StrEnum


class Permission(StrEnum):
    # --- everybody -------------------------------------------------------------------------------
    ENTERPRISE_REGISTER = "enterprise.register"
    VALUE_ESTIMATE = "value.estimate"
    INVITATION_ACCEPT = "invitation.accept"
    # --- people and organisations ----------------------------------------------------------------
    ORGANISATION_ONBOARD = "organisation.onboard"
    ORGANISATION_SUSPEND = "organisation.suspend"
    PEOPLE_MANAGE = "people.manage"
    WORK_DELEGATE = "work.delegate"
    TOKEN_ISSUE = "token.issue"  # noqa: S105
    DOCUMENT_STORE = "document.store"
    CALENDAR_IMPORT = "calendar.import"
    CLOCK_SET = "clock.set"
    AUDIT_READ = "audit.read"
    # --- enterprises: assets and applications -----------------------------------------------------
    ASSET_MANAGE = "asset.manage"
    ASSET_IMPORT = "asset.import"
    ASSET_VERIFY = "asset.verify"
    ASSET_TAG = "asset.tag"
    ASSET_WATCH = "asset.watch"
    APPLICATION_MANAGE = "application.manage"
    APPLICATION_ACCEPT = "application.accept"
    OFFER_SELECT = "offer.select"
    CONTRACT_SIGN = "contract.sign"
    # --- valuation ---------------------------------------------------------------------------------
    APPRAISAL_COMMISSION = "appraisal.commission"
    APPRAISAL_WORK = "appraisal.work"
    APPRAISAL_REVIEW = "appraisal.review"
    APPRAISAL_SIGN = "appraisal.sign"
    APPRAISAL_OBJECT = "appraisal.object"
    INDICATOR_FORM_LOAD = "indicator_form.load"
    VALUE_MEASURE = "value.measure_internally"
    VALUE_APPROVE = "value.approve_internally"
    VALUE_PROPOSE = "value.propose"
    VALUE_AGREE = "value.agree"
    RUN_QUESTION = "run.question"
    BOOK_REVALUE = "book.revalue"
    REVENUE_RECORD = "revenue.record"
    # --- banks -------------------------------------------------------------------------------------
    OFFER_MAKE = "offer.make"
    OFFER_OPEN = "offer.open"
    DILIGENCE = "credit.diligence"
    CREDIT_APPROVE = "credit.approve"
    PLEDGE_FILE = "pledge.file"
    PLEDGE_REGISTER = "pledge.register"
    LOAN_DISBURSE = "loan.disburse"
    LOAN_SERVICE = "loan.service"
    LOAN_ACCELERATE = "loan.accelerate"
    CLAIM_FILE = "claim.file"
    DISPOSAL_CONDUCT = "disposal.conduct"
    DISPOSAL_SETTLE = "disposal.settle"
    # --- the fund ----------------------------------------------------------------------------------
    FUND_MANAGE = "fund.manage"
    SCHEME_DRAFT = "scheme.draft"
    SCHEME_APPROVE = "scheme.approve"
    COVER_RESERVE = "cover.reserve"
    CLAIM_FIRST_REVIEW = "claim.first_review"
    CLAIM_CHECK = "claim.check"
    CLAIM_APPROVE = "claim.approve"
    CLAIM_PUBLICISE = "claim.publicise"
    CLAIM_OBJECT = "claim.object"
    MONEY_MAKE = "money.make"
    MONEY_CHECK = "money.check"
    PERIOD_CLOSE = "period.close"
    LEDGER_READ = "ledger.read"
    OVERVIEW_READ = "overview.read"
    INDICATOR_IMPORT = "indicator.import"
    # --- machines ----------------------------------------------------------------------------------
    DAY_END = "day_end.run"
    PORTFOLIO_REPLAY = "portfolio.replay"


class Role(StrEnum):
    PUBLIC = "public"
    ENTERPRISE = "enterprise"
    BANK_OFFICER = "bank_officer"
    BANK_APPROVER = "bank_approver"
    APPRAISER = "appraiser"
    APPRAISAL_REVIEWER = "appraisal_reviewer"
    APPRAISAL_SIGNATORY = "appraisal_signatory"
    INSURER = "insurer"
    GUARANTOR = "guarantor"
    INTAKE_OFFICER = "intake_officer"
    ASSET_VERIFIER = "asset_verifier"
    FIRST_REVIEWER = "first_reviewer"
    CHECKER = "checker"
    APPROVER = "approver"
    CASHIER = "cashier"
    ACCOUNTANT = "accountant"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    SYSTEM = "system"


P = Permission
_EVERYBODY = frozenset({P.INVITATION_ACCEPT, P.VALUE_ESTIMATE})
_STAFF = _EVERYBODY | {P.WORK_DELEGATE, P.TOKEN_ISSUE, P.DOCUMENT_STORE}
_OFFICE = _STAFF | {P.OVERVIEW_READ, P.LEDGER_READ}

ROLES: dict[Role, frozenset[Permission]] = {
    Role.PUBLIC: _EVERYBODY | {P.ENTERPRISE_REGISTER},
    Role.ENTERPRISE: _STAFF
    | {P.ASSET_MANAGE, P.ASSET_IMPORT, P.APPLICATION_MANAGE, P.OFFER_SELECT, P.CONTRACT_SIGN,
       P.APPRAISAL_COMMISSION, P.APPRAISAL_OBJECT, P.VALUE_AGREE, P.CLAIM_OBJECT, P.REVENUE_RECORD},
    Role.BANK_OFFICER: _STAFF
    | {P.OFFER_MAKE, P.DILIGENCE, P.CONTRACT_SIGN, P.PLEDGE_FILE, P.PLEDGE_REGISTER, P.LOAN_DISBURSE, P.LOAN_SERVICE,
       P.CLAIM_FILE, P.DISPOSAL_CONDUCT, P.DISPOSAL_SETTLE, P.ASSET_WATCH, P.APPRAISAL_OBJECT, P.VALUE_MEASURE,
       P.VALUE_APPROVE, P.VALUE_PROPOSE, P.RUN_QUESTION, P.REVENUE_RECORD},
    Role.BANK_APPROVER: _STAFF
    | {P.VALUE_APPROVE, P.CREDIT_APPROVE, P.COVER_RESERVE, P.LOAN_ACCELERATE, P.PLEDGE_REGISTER, P.DISPOSAL_SETTLE,
       P.RUN_QUESTION},
    Role.APPRAISER: _STAFF | {P.APPRAISAL_WORK},
    Role.APPRAISAL_REVIEWER: _STAFF | {P.APPRAISAL_REVIEW},
    Role.APPRAISAL_SIGNATORY: _STAFF | {P.APPRAISAL_SIGN},
    Role.INSURER: _STAFF,
    Role.GUARANTOR: _STAFF | {P.CLAIM_FILE},
    Role.INTAKE_OFFICER: _STAFF | {P.APPLICATION_ACCEPT},
    Role.ASSET_VERIFIER: _STAFF | {P.ASSET_VERIFY, P.ASSET_TAG},
    Role.FIRST_REVIEWER: _OFFICE | {P.CLAIM_FIRST_REVIEW},
    Role.CHECKER: _OFFICE | {P.CLAIM_CHECK, P.CLAIM_PUBLICISE, P.SCHEME_DRAFT, P.INDICATOR_IMPORT},
    Role.APPROVER: _OFFICE | {P.CLAIM_APPROVE, P.SCHEME_APPROVE, P.FUND_MANAGE, P.BOOK_REVALUE},
    Role.CASHIER: _OFFICE | {P.MONEY_MAKE},
    Role.ACCOUNTANT: _OFFICE | {P.MONEY_CHECK, P.PERIOD_CLOSE},
    Role.AUDITOR: _STAFF - {P.DOCUMENT_STORE} | {P.OVERVIEW_READ, P.LEDGER_READ, P.AUDIT_READ},
    Role.OPERATOR: _STAFF | {P.ORGANISATION_ONBOARD, P.ORGANISATION_SUSPEND, P.CALENDAR_IMPORT, P.CLOCK_SET,
                            P.INDICATOR_FORM_LOAD},
    Role.SYSTEM: frozenset({P.OFFER_OPEN, P.DAY_END, P.CLAIM_PUBLICISE, P.CLOCK_SET, P.CALENDAR_IMPORT,
                            P.ORGANISATION_ONBOARD, P.ASSET_IMPORT, P.PORTFOLIO_REPLAY, P.BOOK_REVALUE}),
}  # fmt: skip

# What an organisation's administrator may do beside the work of his own role.
ADMINISTRATOR: frozenset[Permission] = frozenset({P.PEOPLE_MANAGE})

# Which roles an organisation of each kind can give its people.
ROLES_BY_KIND: dict[str, tuple[Role, ...]] = {
    "enterprise": (Role.ENTERPRISE,),
    "bank": (Role.BANK_OFFICER, Role.BANK_APPROVER),
    "appraiser": (Role.APPRAISER, Role.APPRAISAL_REVIEWER, Role.APPRAISAL_SIGNATORY),
    "insurer": (Role.INSURER,),
    "guarantor": (Role.GUARANTOR,),
    "ip_office_prefecture": (Role.INTAKE_OFFICER, Role.ASSET_VERIFIER, Role.FIRST_REVIEWER),
    "ip_office_region": (Role.CHECKER,),
    "finance_office": (Role.APPROVER, Role.CASHIER, Role.ACCOUNTANT),
    "audit_office": (Role.AUDITOR,),
    "operator": (Role.OPERATOR, Role.SYSTEM),
}
