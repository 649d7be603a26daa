'use strict';
// What stands behind the gateway: a register of boats, which has errors of its own.
const http = require('http');

const server = http.createServer((req, res) => {
  const [status, body] = { '/boats/1': [200, { id: 1, name: 'Mary' }], '/boats/sunk': [503, { error: 'this boat is not available' }], '/up': [200, { ok: true }] }[req.url] ??
    [404, { error: 'there is no such boat' }];
  const text = JSON.stringify(body);
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text), ...(status === 503 && { 'Retry-After': '30' }) });
  res.end(text);
});
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
