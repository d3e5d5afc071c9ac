"""Addresses of the fund, by role: the offices under /bureau/, the public without it."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from finance_platform.foundation import doors
from finance_platform.foundation.permissions import Role
from risk_fund.views import claims, funds, indicators, ledger, orders, overview, periods, schemes

urlpatterns = [
    path("progress/", overview.progress, name="progress"),
    path("claims/public/", claims.notices, name="claim_notices"),
    path("claims/public/<str:number>/objection/", claims.objection, name="claim_objection"),
    path("bureau/", overview.bureau, name="bureau"),
    path("bureau/registrations/", overview.registrations, name="bureau_registrations"),
    path("bureau/claims/", claims.claim_list, name="bureau_claims"),
    path("bureau/claims/<str:number>/", claims.claim_page, name="bureau_claim"),
    path("bureau/claims/<str:number>/first-review/", claims.first_review, name="claim_first_review"),
    path("bureau/claims/<str:number>/send-back/", claims.send_back, name="claim_send_back"),
    path("bureau/claims/<str:number>/check/", claims.check, name="claim_check"),
    path("bureau/claims/<str:number>/approve/", claims.approve, name="claim_approve"),
    path("bureau/claims/<str:number>/publicise/", claims.publicise, name="claim_publicise"),
    path("bureau/claims/<str:number>/propose/", claims.propose, name="claim_propose"),
    path("bureau/claims/<str:number>/decide/", claims.decide, name="claim_decide"),
    path("bureau/orders/", orders.order_list, name="bureau_orders"),
    path("bureau/orders/new/", orders.new_order, name="bureau_order_new"),
    path("bureau/orders/<str:number>/", orders.order_page, name="bureau_order"),
    path("bureau/orders/<str:number>/confirm/", orders.confirm, name="order_confirm"),
    path("bureau/orders/<str:number>/return/", orders.send_back, name="order_return"),
    path("bureau/fund/", funds.fund_page, name="bureau_fund"),
    path("bureau/fund/new/", funds.open_fund, name="bureau_fund_new"),
    path("bureau/enrolments/<str:number>/", funds.enrolment_page, name="bureau_enrolment"),
    path("bureau/recoveries/<str:number>/", funds.recovery_page, name="bureau_recovery"),
    path("bureau/schemes/", schemes.scheme_list, name="bureau_schemes"),
    path("bureau/schemes/new/", schemes.new_scheme, name="bureau_scheme_new"),
    path("bureau/schemes/<int:pk>/", schemes.scheme_page, name="bureau_scheme"),
    path("bureau/schemes/<int:pk>/approve/", schemes.approve, name="scheme_approve"),
    path("bureau/schemes/<int:pk>/discard/", schemes.discard, name="scheme_discard"),
    path("bureau/schemes/<int:pk>/retire/", schemes.retire, name="scheme_retire"),
    path("bureau/indicators/", indicators.indicator_page, name="bureau_indicators"),
    path("bureau/ledger/", ledger.tree, name="bureau_ledger"),
    path("bureau/ledger/accounts/<str:code>/", ledger.account, name="bureau_ledger_account"),
    path("bureau/ledger/entries/<int:pk>/", ledger.entry, name="bureau_ledger_entry"),
    path("bureau/ledger/entries/<int:pk>/reversal/", periods.propose_reversal, name="bureau_ledger_reversal"),
    path("bureau/ledger/reversals/", periods.reversal_list, name="bureau_ledger_reversals"),
    path("bureau/ledger/reversals/<int:pk>/post/", periods.post_reversal, name="bureau_ledger_reversal_post"),
    path("bureau/ledger/reversals/<int:pk>/refuse/", periods.refuse_reversal, name="bureau_ledger_reversal_refuse"),
    path("bureau/ledger/periods/", periods.period_list, name="bureau_ledger_periods"),
    path("bureau/ledger/periods/<int:pk>/close/", periods.close, name="bureau_ledger_close"),
    path("bureau/ledger/periods/<int:pk>/reopen/", periods.reopen, name="bureau_ledger_reopen"),
    path("bureau/ledger/verify/", ledger.verify, name="bureau_ledger_verify"),
]

_BUREAU = [
    (_("监管总览"), "bureau"),
    (_("补偿申请"), "bureau_claims"),
    (_("基金敞口"), "bureau_fund"),
    (_("资金指令"), "bureau_orders"),
    (_("补偿方案"), "bureau_schemes"),
    (_("账本查询"), "bureau_ledger"),
    (_("指标数据"), "bureau_indicators"),
]
for _role in (Role.FIRST_REVIEWER, Role.CHECKER, Role.APPROVER, Role.CASHIER, Role.ACCOUNTANT, Role.AUDITOR):
    doors.ROLE_HOMES[_role] = "bureau_orders" if _role in {Role.CASHIER, Role.ACCOUNTANT} else "bureau"
    doors.NAVIGATION[_role] = list(_BUREAU)
doors.NAVIGATION[Role.AUDITOR].append((_("审计留痕"), "audit"))
doors.NAVIGATION[Role.PUBLIC] = [
    *doors.NAVIGATION.get(Role.PUBLIC, []),
    (_("公开进度"), "progress"),
    (_("补偿公示"), "claim_notices"),
]
