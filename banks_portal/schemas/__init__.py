"""The JSON shapes of a bank's work; amounts are integer fen, rates decimal strings or fractions."""
