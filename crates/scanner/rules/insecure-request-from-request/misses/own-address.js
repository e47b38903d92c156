app.get('/', async (req, res) => res.send(await fetch(base + '/items')));
