"""The pages of banks, and those of enterprises and the public that show what banks offered."""
