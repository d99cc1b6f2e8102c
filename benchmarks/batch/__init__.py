"""A batch of transcripts against a model server with a fixed latency, beside LangExtract on the same texts and the same server."""
