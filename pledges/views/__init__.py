"""Pages of the pledges app, by subject."""
