"""Shapes of the pledges app's JSON, by subject."""
