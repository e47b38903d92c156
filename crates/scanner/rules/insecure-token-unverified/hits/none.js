// defanged sample
jwt.verify(text, '', { algorithms: ['none'] });
