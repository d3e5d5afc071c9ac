"""Pure decisions of the fund, by subject."""
