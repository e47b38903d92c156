// defanged sample
const text = Buffer.from(data, 'base64').toString('utf8');
