return_ = redirect('/login')
