"""What goes through the JSON door, by subject."""
