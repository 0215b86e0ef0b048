"""The web site of a Fossil repository, with an insiders' chat."""

__version__ = "0.1.0"
