history | tail -5
