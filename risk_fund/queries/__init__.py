"""What is known of the fund, by subject."""
