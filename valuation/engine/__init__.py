"""What an intellectual property right is worth: the valuation engine, pure numpy and scipy.

Three questions are kept apart. How do we draw: sampling, distributions, dependence, randomness. What is a draw worth:
periods, growth, rates, fading, earnings, income, terminal, cost, market, portfolio, and the options. How do we
summarise: summary, sensitivity, loan. `document` and `scalars` read the input strictly, `run` puts it all together.

One vectorised kernel serves every use: the point value is the kernel with one path. The contract is
tests/contract/value_asset.md.
"""

from valuation.engine.run import ENGINE, value

__all__ = ["ENGINE", "value"]
