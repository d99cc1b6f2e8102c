"""Fits the sentence model of the rules analyst; not part of the package."""
