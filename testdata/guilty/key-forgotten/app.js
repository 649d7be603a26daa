// Payments: a repeat with the same Idempotency-Key is answered as the first, and charges once. BUG=1: the key is asked for and forgotten.
const http = require('node:http')

const BANK = URL.canParse(process.env.BANK_URL ?? '') ? new URL(process.env.BANK_URL) : null
if (!BANK) {
  console.error('BANK_URL is no address')
  process.exit(1)
}
const LIMIT = 1200 // ms for a charge
const BIGGEST = 1 << 16
const kept = new Map() // by key: what was asked, and a promise of the answer

const say = (res, status, body, header = {}) => {
  res.writeHead(status, { 'Content-Type': 'application/json', ...header })
  res.end(JSON.stringify(body))
}

// An answer in JSON that is not too big.
async function read (got) {
  let text = ''
  for await (const part of got.body.pipeThrough(new TextDecoderStream())) {
    if ((text += part).length > BIGGEST) return {}
  }
  return JSON.parse(text)
}

async function charge (key, amount) {
  const header = { 'Content-Type': 'application/json', 'Accept-Encoding': 'identity' }
  if (process.env.BUG !== '1') header['Idempotency-Key'] = key
  try {
    const got = await fetch(new URL('/charges', BANK), {
      method: 'POST', headers: header, body: JSON.stringify({ amount }), redirect: 'manual', signal: AbortSignal.timeout(LIMIT)
    })
    const charge = got.status === 201 && !got.headers.has('content-encoding') ? await read(got) : {}
    if (typeof charge?.id === 'string' && charge.id) return [201, { payment: charge.id, amount }]
    console.log(JSON.stringify({ level: 'error', msg: 'the bank does not answer well', status: got.status }))
    return [502, { error: 'the bank does not answer well' }]
  } catch (e) {
    console.log(JSON.stringify({ level: 'error', msg: 'charge failed', cause: String(e.cause ?? e) }))
    return e.name === 'TimeoutError' ? [504, { error: 'the bank is late' }] : [502, { error: 'the bank is not reached' }]
  }
}

async function pay (key, body, res) {
  let amount
  try { amount = JSON.parse(body).amount } catch { }
  if (!Number.isInteger(amount)) return say(res, 400, { error: 'an amount is wanted' })
  if (!key) return say(res, 400, { error: 'an Idempotency-Key is wanted' })
  if (process.env.BUG === '1') return say(res, ...await charge(key, amount))
  if (!kept.has(key)) kept.set(key, { body, answer: charge(key, amount) })
  if (kept.get(key).body !== body) return say(res, 422, { error: 'the key was used for another payment' })
  const answer = await kept.get(key).answer
  if (answer[0] !== 201) kept.delete(key) // what failed may be tried again, with the same key
  say(res, ...answer)
}

const server = http.createServer((req, res) => {
  if (req.url === '/livez' || req.url === '/readyz') return say(res, 200, { ok: true })
  if (req.url !== '/payments') return say(res, 404, { error: 'nothing is here' })
  if (req.method !== 'POST') return say(res, 405, { error: 'not by this method' }, { Allow: 'POST' })
  let body = ''
  req.on('data', part => { if (body.length < BIGGEST) body += part })
  req.on('end', () => pay(req.headers['idempotency-key'], body, res))
})
server.listen(Number(process.env.PORT), '127.0.0.1')
process.on('SIGTERM', () => server.close())
