"""The Model Context Protocol server: engagements for other agents to read, and a transcript or case for them to bring."""
