"""Addresses of the valuation app: the public estimate, the firm's workbench, and what clients and readers open."""

from django.urls import path

from valuation.views import books, clients, estimates, questions, tasks

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
    path("appraiser/tasks/<str:number>/review/", tasks.review, name="appraiser_review"),
    path("appraiser/tasks/<str:number>/sign/", tasks.sign, name="appraiser_sign"),
    path("appraiser/tasks/<str:number>/refuse/", tasks.refuse, name="appraiser_refuse"),
    path("appraiser/tasks/<str:number>/objection/", tasks.answer_objection, name="appraiser_objection"),
    path("appraiser/runs/<int:pk>/", tasks.run, name="appraiser_run"),
    path("appraiser/runs/<int:pk>/draft/", tasks.draft, name="appraiser_draft"),
]
CLIENTS = [
    path("sme/applications/<str:number>/appraisal/", clients.commission, name="sme_appraisal"),
    path("appraisals/<str:number>/", clients.appraisal, name="appraisal"),
    path("appraisals/<str:number>/challenges/", questions.challenges, name="appraisal_challenges"),
    path("appraisals/<str:number>/realised/", books.record, name="appraisal_realised"),
    path("appraisals/<str:number>/withdraw/", clients.withdraw, name="appraisal_withdraw"),
    path("appraisals/<str:number>/objection/", clients.file_objection, name="appraisal_objection"),
    path("appraisals/runs/<int:pk>/verify/", clients.verify_run, name="appraisal_run_verify"),
]
OFFICES = [
    path("bureau/backtest/", books.backtest, name="bureau_backtest"),
    path("bureau/books/", books.book_list, name="bureau_books"),
    path("bureau/books/<int:pk>/", books.book, name="bureau_book"),
]
urlpatterns = PUBLIC + FIRM + CLIENTS + OFFICES
