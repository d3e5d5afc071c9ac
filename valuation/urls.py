"""Addresses of the valuation app: the public estimate, the firm's workbench, and what clients and readers open."""

from django.urls import path

from valuation.views import (
    bases,
    books,
    clients,
    comparisons,
    estimates,
    filings,
    indicators,
    questions,
    records,
    reports,
    tasks,
)

PUBLIC = [
    path("estimate/", estimates.ask, name="estimate"),
    path("estimate/parameters/", estimates.parameter_tables, name="estimate_parameters"),
    path("estimate/<uuid:pk>/", estimates.answer, name="estimate_answer"),
    path("estimate/<uuid:pk>/paper.pdf", estimates.paper, name="estimate_paper"),
]
FIRM = [
    path("appraiser/tasks/", tasks.task_list, name="appraiser_tasks"),
    path("appraiser/tasks/<str:number>/", tasks.task, name="appraiser_task"),
    path("appraiser/tasks/<str:number>/accept/", tasks.accept, name="appraiser_accept"),
    path("appraiser/tasks/<str:number>/conflict/", tasks.stand_aside, name="appraiser_conflict"),
    path("appraiser/tasks/<str:number>/start/", tasks.start, name="appraiser_start"),
    path("appraiser/tasks/<str:number>/model/", tasks.model, name="appraiser_model"),
    path("appraiser/tasks/<str:number>/indicators/", indicators.overview, name="appraiser_indicators"),
    path("appraiser/tasks/<str:number>/indicators/<int:place>/", indicators.answer, name="appraiser_indicator_answers"),
    path("appraiser/tasks/<str:number>/statements/", reports.state, name="appraiser_statements"),
    path("appraiser/tasks/<str:number>/review/", tasks.review, name="appraiser_review"),
    path("appraiser/tasks/<str:number>/sign/", tasks.sign, name="appraiser_sign"),
    path("appraiser/tasks/<str:number>/refuse/", tasks.refuse, name="appraiser_refuse"),
    path("appraiser/tasks/<str:number>/objection/", tasks.answer_objection, name="appraiser_objection"),
    path("appraiser/filing/", filings.declare, name="appraiser_filing"),
    path("appraiser/runs/<int:pk>/", tasks.run, name="appraiser_run"),
    path("appraiser/runs/<int:pk>/compare/<int:other>/", comparisons.compare, name="appraiser_compare"),
    path("appraiser/runs/<int:pk>/draft/", tasks.draft, name="appraiser_draft"),
]
CLIENTS = [
    path("sme/applications/<str:number>/appraisal/", clients.commission, name="sme_appraisal"),
    path("appraisals/<str:number>/", clients.appraisal, name="appraisal"),
    path("appraisals/<str:number>/report.pdf", reports.paper, name="appraisal_report"),
    path("appraisals/<str:number>/challenges/", questions.challenges, name="appraisal_challenges"),
    path("appraisals/<str:number>/realised/", books.record, name="appraisal_realised"),
    path("appraisals/<str:number>/withdraw/", clients.withdraw, name="appraisal_withdraw"),
    path("appraisals/<str:number>/objection/", clients.file_objection, name="appraisal_objection"),
    path("appraisals/runs/<int:pk>/verification/", records.verification, name="appraisal_run_verification"),
    path("appraisals/runs/<int:pk>/record.json", records.record, name="appraisal_run_record"),
    path("appraisals/runs/<int:pk>/verify/", clients.verify_run, name="appraisal_run_verify"),
]
BASES = [
    path("bank/applications/<str:number>/values/", bases.values, name="bank_values"),
    path("bank/applications/<str:number>/values/internal/", bases.measure, name="bank_value_measure"),
    path("bank/applications/<str:number>/values/agreed/", bases.propose, name="bank_value_propose"),
    path("sme/applications/<str:number>/values/", bases.sme_values, name="sme_values"),
    path("values/internal/<str:number>/", bases.internal, name="internal_value"),
    path("values/internal/<str:number>/decision/", bases.decide, name="internal_value_decide"),
    path("values/internal/<str:number>/withdrawal/", bases.withdraw, name="internal_value_withdraw"),
    path("values/agreed/<str:number>/", bases.agreed, name="agreed_value"),
    path("values/agreed/<str:number>/agreement/", bases.agree, name="agreed_value_agree"),
    path("values/agreed/<str:number>/refusal/", bases.decline, name="agreed_value_decline"),
    path("values/agreed/<str:number>/withdrawal/", bases.take_back, name="agreed_value_withdraw"),
]
OPERATOR = [path("operator/indicator-forms/", indicators.forms_page, name="indicator_forms")]
OFFICES = [
    path("bureau/backtest/", books.backtest, name="bureau_backtest"),
    path("bureau/books/", books.book_list, name="bureau_books"),
    path("bureau/books/<int:pk>/", books.book, name="bureau_book"),
]
urlpatterns = PUBLIC + FIRM + CLIENTS + BASES + OPERATOR + OFFICES
