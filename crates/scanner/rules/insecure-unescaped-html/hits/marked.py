# defanged sample
html = mark_safe(f'<b>{name}</b>')
