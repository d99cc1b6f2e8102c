"""The Python library: analyse, assess, interview and draft from a program or a notebook."""
