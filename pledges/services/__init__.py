"""What can be done with what is promised; one module per subject, one function per use case."""
