# Defanged sample: nothing here is reached or run; defanged by hand.
import code
import timeit

timeit.timeit(open("notes").read(), number=1)
code.InteractiveInterpreter().runsource(open("notes").read(), "notes", "exec")
