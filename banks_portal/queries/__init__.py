"""What may be seen of offers, openings, decisions and the bank's work, always scoped to the viewer."""
