"""What can be done about values: estimate, commission, appraise, review, sign, object, repeat."""
