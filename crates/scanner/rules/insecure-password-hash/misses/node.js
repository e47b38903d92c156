const h = createHash('sha256').update(text).digest('hex');
