const text = Buffer.from(data).toString('base64');
