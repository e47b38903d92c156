jwt.verify(text, key, { algorithms: ['ES256'] });
