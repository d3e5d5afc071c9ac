"""Addresses by role: the bank's desk, the enterprise's comparison, the public record of openings."""

from django.urls import path

from banks_portal.views import (
    cases,
    claims,
    comparison,
    disposals,
    endings,
    loans,
    offers,
    questions,
    registrations,
    restructurings,
)

BANK = [
    path("bank/", offers.workbench, name="bank_workbench"),
    path("bank/dossiers/<str:number>/", offers.dossier, name="bank_dossier"),
    path("bank/dossiers/<str:number>/sample/file", offers.sample, name="bank_dossier_sample"),
    path("bank/dossiers/<str:number>/lender/", questions.lender, name="bank_lender"),
    path("bank/dossiers/<str:number>/lender/<int:pk>/", questions.lender, name="bank_lender_answer"),
    path("bank/dossiers/<str:number>/challenge/", questions.challenge, name="bank_challenge"),
    path("bank/dossiers/<str:number>/challenge/<int:pk>/", questions.challenge, name="bank_challenge_record"),
    path("bank/dossiers/<str:number>/bid/", offers.bid, name="bank_bid"),
    path("bank/dossiers/<str:number>/decline/", offers.refuse, name="bank_refuse"),
    path("bank/bids/", offers.bids, name="bank_bids"),
    path("bank/cases/<str:number>/", cases.case, name="bank_case"),
    path("bank/cases/<str:number>/start/", cases.start, name="bank_case_start"),
    path("bank/cases/<str:number>/decline/", cases.decline, name="bank_case_decline"),
    path("bank/cases/<str:number>/credit/", cases.propose, name="bank_case_credit"),
    path("bank/decisions/<int:decision_id>/approve/", cases.approve, name="bank_decision_approve"),
    path("bank/decisions/<int:decision_id>/refuse/", cases.refuse, name="bank_decision_refuse"),
    path("bank/cases/<str:number>/contracts/", cases.prepare_contracts, name="bank_case_contracts"),
    path("bank/cases/<str:number>/sign/", cases.sign, name="bank_case_sign"),
    path(
        "bank/cases/<str:number>/registrations/<str:registry>/",
        registrations.registration,
        name="bank_case_registration",
    ),
    path(
        "bank/cases/<str:number>/registrations/<str:registry>/<str:name>/",
        registrations.step,
        name="bank_case_registration_step",
    ),
    path("bank/cases/<str:number>/rescind/", cases.rescind, name="bank_case_rescind"),
    path("bank/cases/<str:number>/disburse/", cases.disburse, name="bank_case_disburse"),
    path("bank/loans/", loans.loan_list, name="bank_loans"),
    path("bank/loans/<str:number>/", loans.loan, name="bank_loan"),
    path("bank/loans/<str:number>/receipts/new/", loans.receipt, name="bank_receipt"),
    path(
        "bank/loans/<str:number>/receipts/<int:receipt_id>/reverse/", loans.reverse_receipt, name="bank_receipt_reverse"
    ),
    path("bank/loans/<str:number>/receipts/<int:receipt_id>/share/", loans.share_receipt, name="bank_receipt_share"),
    path("bank/loans/<str:number>/accelerate/", loans.accelerate, name="bank_accelerate"),
    path("bank/loans/<str:number>/restructure/", restructurings.propose, name="bank_restructure"),
    path("bank/restructurings/<str:number>/", restructurings.restructuring, name="bank_restructuring"),
    path("bank/restructurings/<str:number>/approve/", restructurings.approve, name="bank_restructuring_approve"),
    path("bank/restructurings/<str:number>/close/", restructurings.close, name="bank_restructuring_close"),
    path("bank/loans/<str:number>/settle/", loans.settle, name="bank_settle"),
    path("bank/loans/<str:number>/pledges/<int:pledge_id>/dispose/", loans.open_disposal, name="bank_dispose"),
    path("bank/claims/", claims.claim_list, name="bank_claims"),
    path("bank/claims/new/", claims.new, name="bank_claim_new"),
    path("bank/claims/<str:number>/", claims.claim, name="bank_claim"),
    path("bank/disposals/", disposals.disposal_list, name="bank_disposals"),
    path("bank/disposals/<int:disposal_id>/", disposals.disposal, name="bank_disposal"),
    path("bank/disposals/<int:disposal_id>/settle/", disposals.settle, name="bank_disposal_settle"),
    path("bank/disposals/<int:disposal_id>/<str:name>/", disposals.step, name="bank_disposal_step"),
]
SME = [
    path("sme/applications/<str:number>/withdraw/", endings.withdraw, name="sme_application_withdraw"),
    path("sme/applications/<str:number>/offers/", comparison.offers, name="sme_offers"),
    path("sme/applications/<str:number>/offers.xlsx", comparison.export, name="sme_offers_export"),
    path("sme/applications/<str:number>/offers/decline/", comparison.decline_all, name="sme_offers_decline"),
    path("sme/applications/<str:number>/offers/<uuid:offer_id>/accept/", comparison.accept, name="sme_offer_accept"),
]
PUBLIC = [path("openings/<str:number>/", comparison.opening, name="opening_record")]

urlpatterns = [*BANK, *SME, *PUBLIC]
