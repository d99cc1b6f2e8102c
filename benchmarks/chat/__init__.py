"""Time to the first token of a reply, ours beside the model server's own."""
