"""Addresses every visitor shares."""

from django.urls import path

urlpatterns: list = []
_ = path
