const net = require('net');
net.createServer(handle).listen(0);
