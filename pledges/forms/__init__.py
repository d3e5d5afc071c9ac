"""Forms of the pledges pages, by subject."""
