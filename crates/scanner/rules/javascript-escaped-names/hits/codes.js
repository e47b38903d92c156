// defanged sample
const t = String.fromCharCode(104, 116, 116, 112, 115, 58, 47, 47, 97);
