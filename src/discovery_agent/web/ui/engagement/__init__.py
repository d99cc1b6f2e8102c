"""An engagement as its lead sees it: what is settled, what is open, what was said, and the way to more."""
