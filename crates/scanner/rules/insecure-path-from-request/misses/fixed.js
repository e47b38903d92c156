app.get('/f', (req, res) => res.sendFile(root + '/index.html'));
