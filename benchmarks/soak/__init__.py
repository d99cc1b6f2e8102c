"""An hour of the whole service at work: what grows, and what goes wrong."""
