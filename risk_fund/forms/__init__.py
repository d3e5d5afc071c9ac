"""What people type in, by subject."""
