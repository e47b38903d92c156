app.get('/', (req, res) => res.json(req.query));
