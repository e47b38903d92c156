// defanged sample
app.get('/p', (req, res) => { require('child_process').execSync('ping ' + req.query.host); });
