html = mark_safe('<b>x</b>')
