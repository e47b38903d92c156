app.get('/', (req, res) => res.redirect('/login'));
