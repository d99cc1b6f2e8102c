"""One conversation: what was said, with what was found in it beside."""
