# Defanged sample: nothing here is reached or run; defanged by hand.
name = 'sample'                                                                                                                                                                                                                                                                    ; import os
