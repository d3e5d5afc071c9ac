"""Addresses of the pledges app, by role; what needs valuation, fund or offers stands in the apps above."""

from django.urls import path

from pledges.views import agreements, applications, asset_imports, assets, enterprises, loans, verification

ENTERPRISE = [
    path("sme/", enterprises.home, name="sme_home"),
    path("sme/company/", enterprises.company, name="sme_company"),
    path("sme/ip/", assets.library, name="sme_assets"),
    path("sme/ip/new/", assets.new, name="sme_asset_new"),
    path("sme/ip/<int:pk>/", assets.asset, name="sme_asset"),
    path("sme/ip/<int:pk>/edit/", assets.edit, name="sme_asset_edit"),
    path("sme/ip/<int:pk>/submit/", assets.submit, name="sme_asset_submit"),
    path("sme/ip/import/", asset_imports.upload, name="sme_import_new"),
    path("sme/ip/import/template.xlsx", asset_imports.template, name="sme_import_template"),
    path("sme/ip/import/<int:pk>/", asset_imports.preview, name="sme_import"),
    path("sme/ip/import/<int:pk>/confirm/", asset_imports.confirm, name="sme_import_confirm"),
    path("sme/ip/import/<int:pk>/errors.xlsx", asset_imports.errors, name="sme_import_errors"),
    path("sme/applications/", applications.my_list, name="sme_applications"),
    path("sme/applications/new/", applications.new, name="sme_application_new"),
    path("sme/applications/<str:number>/", applications.application, name="sme_application"),
    path("sme/applications/<str:number>/edit/", applications.edit, name="sme_application_edit"),
    path("sme/applications/<str:number>/documents/", applications.attach, name="sme_application_documents"),
    path("sme/applications/<str:number>/pledgors/new/", applications.add_pledgor, name="sme_application_pledgor"),
    path(
        "sme/applications/<str:number>/pledgors/<int:pk>/remove/",
        applications.remove_pledgor,
        name="sme_application_pledgor_remove",
    ),
    path("sme/applications/<str:number>/submit/", applications.submit, name="sme_application_submit"),
    path("sme/dossiers/<int:pk>/revoke/", applications.revoke_dossier, name="sme_dossier_revoke"),
    path("sme/loans/", loans.my_list, name="sme_loans"),
    path("sme/loans/<str:number>/", loans.loan, name="sme_loan"),
    path("sme/loans/<str:number>/schedule.xlsx", loans.schedule, name="sme_loan_schedule"),
    path("sme/contracts/", agreements.my_list, name="sme_contracts"),
    path("sme/contracts/<str:number>/", agreements.contract, name="sme_contract"),
    path("sme/contracts/<str:number>/sign/", agreements.sign, name="sme_contract_sign"),
]
OFFICE = [
    path("bureau/assets/", assets.bureau_list, name="bureau_assets"),
    path("bureau/assets/<int:pk>/", assets.asset, name="bureau_asset"),
    path("bureau/assets/<int:pk>/check/", verification.check, name="bureau_asset_check"),
    path("bureau/assets/<int:pk>/restrict/", verification.restrict, name="bureau_asset_restrict"),
    path("bureau/assets/<int:pk>/end/", verification.end, name="bureau_asset_end"),
    path("bureau/assets/<int:pk>/tags/", verification.propose_tags, name="bureau_asset_tags"),
    path("bureau/tags/<int:pk>/confirm/", verification.confirm_tag, name="bureau_tag_confirm"),
    path("bureau/tags/<int:pk>/reject/", verification.reject_tag, name="bureau_tag_reject"),
    path("bureau/applications/", applications.desk, name="bureau_applications"),
    path("bureau/applications/<str:number>/", applications.intake, name="bureau_application"),
    path("bureau/applications/<str:number>/accept/", applications.accept, name="bureau_application_accept"),
    path(
        "bureau/applications/<str:number>/return/", applications.return_for_completion, name="bureau_application_return"
    ),
    path("bureau/applications/<str:number>/reject/", applications.reject, name="bureau_application_reject"),
]
BANK = [
    path("bank/assets/<int:pk>/", assets.asset, name="bank_asset"),
    path("bank/assets/<int:pk>/adverse/", assets.adverse, name="bank_asset_adverse"),
    path("bank/assets/<int:pk>/cured/", assets.cured, name="bank_asset_cured"),
]
urlpatterns = ENTERPRISE + OFFICE + BANK
