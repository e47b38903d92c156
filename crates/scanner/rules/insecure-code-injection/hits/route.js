// defanged sample
app.post('/', (req, res) => res.json(eval(req.body.q)));
