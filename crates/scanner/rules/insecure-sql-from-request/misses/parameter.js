db.query('SELECT * FROM t WHERE id = $1', [req.params.id]);
