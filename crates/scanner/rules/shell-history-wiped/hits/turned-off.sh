# defanged sample
unset HISTFILE
export HISTSIZE=0
