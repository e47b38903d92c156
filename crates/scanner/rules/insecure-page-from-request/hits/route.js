// defanged sample
app.get('/', (req, res) => res.send(`<b>${req.query.n}</b>`));
