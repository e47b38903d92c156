// defanged sample
db.query(`SELECT * FROM t WHERE id = ${req.params.id}`);
