// defanged sample
const vm = require('vm');
vm.runInNewContext(text, {});
