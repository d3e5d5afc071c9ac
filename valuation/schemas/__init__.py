"""Shapes of the valuation app's JSON, by subject."""
