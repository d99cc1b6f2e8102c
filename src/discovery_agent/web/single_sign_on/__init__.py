"""Signing in at the provider of one's organisation (OpenID Connect), beside the links that are given out.

Nothing is imported here: the libraries for it are loaded only where the operator named a provider.
"""
