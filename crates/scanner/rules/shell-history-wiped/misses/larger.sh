export HISTSIZE=10000
export HISTCONTROL=ignoredups
