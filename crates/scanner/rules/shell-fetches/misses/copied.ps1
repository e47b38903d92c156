Copy-Item a b
