"""Addresses of the fund, by role: the offices under /bureau/, the public without it."""

from django.urls import path

from risk_fund.views import claims, funds, indicators, orders, overview, schemes

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
]
