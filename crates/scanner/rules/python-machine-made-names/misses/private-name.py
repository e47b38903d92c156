# An honest look-alike.
__all__ = []
_ = translate
__version__ = '1'
