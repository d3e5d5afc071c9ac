"""Every address of the site; each door stands in the highest app whose services it calls."""

from django.urls import include, path

from finance_platform.api import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("", include("finance_platform.foundation.urls")),
]
