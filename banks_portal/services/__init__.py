"""What a bank does, one function a use case; each calls the lower apps' use cases inside its own transaction."""
