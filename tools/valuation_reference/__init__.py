"""The plain scalar judge of the valuation engine: one path, one period, one draw at a time, straight from the contract.

Standard library only. It shares no code with the engine: its own calendars, laws, special functions, generator and
samplers, so an error would have to be made twice. It is slow and simple on purpose, and it trusts its document: what
the engine refuses must not be handed to it.

`special` special functions; `laws` distributions; `horizon` lives and periods; `income`, `others`, `options` methods;
`model` whole documents on one path; `bits` and `draws` the random numbers of a path; `judge` a whole run record.
"""
