"""`make bench`: what the pure packages cost, each beside a yardstick measured in the same run. See docs/performance.md.

`make bench PEERS=1` installs the peers first. `python -m bench money` prints one table only.
"""

import sys
import warnings

from bench import book, money, valuation
from bench.measure import print_rows

TABLES = {"valuation": ("Valuation", valuation.rows), "book": ("Book", book.rows), "money": ("Money", money.rows)}


def main(names: list[str]) -> None:
    warnings.simplefilter("ignore")  # the peers' own
    for name in names or TABLES:
        title, rows = TABLES[name]
        print_rows(title, rows())


if __name__ == "__main__":
    main(sys.argv[1:])
