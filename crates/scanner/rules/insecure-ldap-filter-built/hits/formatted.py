# defanged sample
connection.search_s(base, scope, f'(uid={name})')
