"""The pages of the fund, by subject."""
