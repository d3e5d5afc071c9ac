"""Pages of the valuation app, by subject."""
