const h = createHash('sha512').update(text);
