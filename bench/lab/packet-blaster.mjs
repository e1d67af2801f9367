// Sends UDP packets to one address from inside a network namespace: so many, at a steady rate, by sendmmsg.
import { SendmmsgSender } from '../../dist/sim/sendmmsg-sender.js'

/** Sent by one call: a twentieth of a millisecond at a million a second. */
const group = 50
const pause = new Int32Array(new SharedArrayBuffer(4))

function blast({ address, bytes, rate, packets }) {
  const memory = Buffer.alloc(bytes)
  const sender = new SendmmsgSender({ address, port: 9, from: undefined }, memory)
  const datagrams = Array.from({ length: group }, () => ({ offset: 0, length: bytes, records: 0 }))
  const began = performance.now()
  let sent = 0
  while (sent < packets) {
    const due = Math.min(packets, ((performance.now() - began) / 1000) * rate)
    if (sent + group > due && sent + group <= packets) Atomics.wait(pause, 0, 0, 0.2)
    const count = Math.min(group, packets - sent)
    if (sent + count > due && due < packets) continue
    sender.send(datagrams.slice(0, count))
    sent += count
  }
  sender.close()
  return { sent, seconds: (performance.now() - began) / 1000 }
}

process.on('message', ({ id, ...plan }) => process.send({ id, ...blast(plan) }))
process.on('disconnect', () => process.exit(0))
