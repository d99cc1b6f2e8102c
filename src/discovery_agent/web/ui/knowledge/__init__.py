"""The knowledge base: search, and the documents of an engagement."""
