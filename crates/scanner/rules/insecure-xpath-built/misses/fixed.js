xpath.select('//user[1]', doc);
