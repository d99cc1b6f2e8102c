"""Floor 1: embeddings, and what is retrieved with them."""
