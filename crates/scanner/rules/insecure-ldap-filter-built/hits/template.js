// defanged sample
client.search(base, { filter: `(uid=${name})` }, done);
