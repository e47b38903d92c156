// defanged sample
app.use(session({ cookie: { secure: false } }));
