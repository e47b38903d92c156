app.use(session({ cookie: { secure: true } }));
