"""Pure decisions about values: which model a pool gets, who may sign, how long a value stands."""
