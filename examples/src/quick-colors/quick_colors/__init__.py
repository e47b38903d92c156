"""Colours for terminals. HARMLESS SAMPLE: the module is what a hostile package shows; see setup.py."""


def red(text):
    return f"\x1b[31m{text}\x1b[0m"
