const doc = libxml.parseXml(text, { noent: false });
