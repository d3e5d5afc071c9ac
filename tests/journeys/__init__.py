"""The whole story through one door at a time, and its survival when it is cut off."""
