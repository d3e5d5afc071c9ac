"""Every address of the site; each door stands in the highest app whose services it calls."""

from importlib.util import find_spec

from django.urls import include, path

from finance_platform.api import api

APPS = ["pledges", "valuation", "risk_fund", "banks_portal"]

urlpatterns = [
    path("api/v1/", api.urls),
    path("", include("finance_platform.foundation.urls")),
    *(path("", include(f"{app}.urls")) for app in APPS if find_spec(f"{app}.urls")),
]
