// defanged sample
app.get('/', async (req, res) => res.send(await fetch(req.query.url)));
