// defanged sample
const hidden = decode(`︁︊︃︇︂`);
