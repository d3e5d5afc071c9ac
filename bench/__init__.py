"""Speed, as ratios inside one run; never a test with a clock."""
