"""A server that speaks the Model Context Protocol, so that other programs' assistants can read engagements and have texts assessed.

It offers nothing that approves, signs, deletes or changes an engagement, and takes no address to fetch.
"""
