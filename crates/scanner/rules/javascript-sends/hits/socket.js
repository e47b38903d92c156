// defanged sample
const net = require('net');
net.connect(4444, 'a.example.invalid');
