"""The site as people see it: a real Chromium, a real server, a small region with one loan's story told in it."""
