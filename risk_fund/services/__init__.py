"""What the fund does, by subject."""
