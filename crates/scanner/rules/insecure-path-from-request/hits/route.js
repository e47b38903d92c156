// defanged sample
app.get('/f', (req, res) => res.sendFile(root + req.query.name));
