const http = require('http');
http.createServer((request, answer) => answer.end()).listen(80);
