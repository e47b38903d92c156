# Defanged sample: nothing here is reached or run; defanged by hand.
class QwErTyUiOpQwErTyUiOpQwErTyUiOpQwErTyUiOpQwErTyUiOpQwErTyUiOpQwErTyUiOp(object):
    pass
