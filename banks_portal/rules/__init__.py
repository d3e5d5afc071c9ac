"""What a bank's work is decided by: the states of an offer, its terms, its seal, its price, the credit decision."""
