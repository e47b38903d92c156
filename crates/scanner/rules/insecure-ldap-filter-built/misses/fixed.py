connection.search_s(base, scope, '(objectClass=person)')
