"""Forms of the valuation app, by subject."""
