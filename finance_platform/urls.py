"""Every address of the site, and each role's way through it.

Each door stands in the highest app whose services it calls; addresses go by role.
"""

from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from finance_platform.api import api
from finance_platform.foundation import doors
from finance_platform.foundation.permissions import Role

urlpatterns = [
    path("api/v1/", api.urls),
    path("", include("finance_platform.foundation.urls")),
    path("", include("pledges.urls")),
    path("", include("valuation.urls")),
    path("", include("risk_fund.urls")),
    path("", include("banks_portal.urls")),
]

_HELP = (_("帮助"), "help")
_BANK = [
    (_("工作台"), "bank_workbench"), (_("我的报价"), "bank_bids"), (_("贷后管理"), "bank_loans"),
    (_("质物处置"), "bank_disposals"), (_("补偿申请"), "bank_claims"), _HELP,
]  # fmt: skip
_FIRM = [(_("评估任务"), "appraiser_tasks"), (_("参数表"), "estimate_parameters"), _HELP]
_BUREAU = [
    (_("监管总览"), "bureau"), (_("基金敞口"), "bureau_fund"), (_("补偿审批"), "bureau_claims"),
    (_("账本查询"), "bureau_ledger"), (_("补偿方案"), "bureau_schemes"), (_("指标"), "bureau_indicators"),
    (_("回溯检验"), "bureau_backtest"), _HELP,
]  # fmt: skip
_CASH_DESK = [*_BUREAU[:3], (_("资金指令"), "bureau_orders"), *_BUREAU[3:4], _HELP]

# What stands in the main navigation of each role; the first entry is where signing in leads.
doors.NAVIGATION.update({
    Role.PUBLIC: [
        (_("估值试算"), "estimate"), (_("公开进度"), "progress"), (_("补偿公示"), "claim_notices"),
        (_("文件核验"), "verify"), _HELP,
    ],
    Role.ENTERPRISE: [
        (_("企业首页"), "sme_home"), (_("我的融资"), "sme_applications"), (_("知识产权库"), "sme_assets"),
        (_("估值试算"), "estimate"), (_("合同"), "sme_contracts"), (_("贷款与还款"), "sme_loans"), _HELP,
    ],
    Role.BANK_OFFICER: _BANK,
    Role.BANK_APPROVER: _BANK,
    Role.APPRAISER: _FIRM,
    Role.APPRAISAL_REVIEWER: _FIRM,
    Role.APPRAISAL_SIGNATORY: _FIRM,
    Role.INTAKE_OFFICER: [(_("受理台"), "bureau_applications"), (_("知识产权"), "bureau_assets"), _HELP],
    Role.ASSET_VERIFIER: [(_("资产核验"), "bureau_assets"), _HELP],
    Role.FIRST_REVIEWER: [(_("补偿初审"), "bureau_claims"), *_BUREAU[:2], *_BUREAU[3:4], _HELP],
    Role.CHECKER: _BUREAU,
    Role.APPROVER: [*_BUREAU[:-1], (_("整册重估"), "bureau_books"), _HELP],
    Role.CASHIER: _CASH_DESK,
    Role.ACCOUNTANT: _CASH_DESK,
    Role.AUDITOR: [
        *_BUREAU[:5], (_("回溯检验"), "bureau_backtest"), (_("整册重估"), "bureau_books"),
        (_("审计留痕"), "audit"), _HELP,
    ],
    Role.OPERATOR: [(_("入驻单位"), "organisations"), (_("日历与利率"), "calendars"), (_("指标表"), "indicator_forms"),
                    _HELP],
})  # fmt: skip
doors.ROLE_HOMES.update({role: entries[0][1] for role, entries in doors.NAVIGATION.items() if role != Role.PUBLIC})
