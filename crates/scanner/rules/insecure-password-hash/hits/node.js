// defanged sample
const h = createHash('sha1').update(user.password).digest('hex');
