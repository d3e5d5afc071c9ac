"""What a pledged right means to the lender, and where each risk is charged: pure numpy and scipy, on the engine.

The appraiser's question and the lender's are kept apart by the `mode` of the document (`modes`). The lender's is
answered from one set of simulated paths (`sample`): `rights` says what the pledge earns and is still worth at any time,
`borrower` what cash the firm has, `instalments` what it owes, `defaults` when it misses, `liquidation` what a sale
brings. `estimates` gives every figure its standard error, `stopping` decides when there are paths enough, `sizes` and
`break_even` ask for other loans and other royalties, `report` puts it into a result. `ledger` reads any valuation
document and says where it charges each risk.

The format of the document is that of `valuation.lending.document`.
"""

from valuation.lending.assess import LENDING, assess
from valuation.lending.instalments import repayments_of
from valuation.lending.ledger import require_single_charges, risk_ledger

__all__ = ["LENDING", "assess", "repayments_of", "require_single_charges", "risk_ledger"]
