// defanged sample
const doc = libxml.parseXml(text, { noent: true });
