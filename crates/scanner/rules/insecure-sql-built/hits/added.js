// defanged sample
db.query('DELETE FROM t WHERE id = ' + id);
