// defanged sample
app.post('/', (req, res) => res.json(require('node-serialize').unserialize(req.body.x)));
