"""Pure decisions of what is promised: states, numbers of rights, grounds of refusal, arrears, proceeds."""
