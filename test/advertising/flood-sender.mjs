// Sends UDP packets from inside a network namespace to as many addresses as its parent names, each at a rate of its own.
import { createSocket } from 'node:dgram'

/** How often what is due is sent. */
const tickMs = 10
const port = 443
const payload = Buffer.alloc(400)

const socket = createSocket('udp4')
/** By address: packets a second, when it began, and how many were sent. */
const floods = new Map()

function sendDue() {
  const now = performance.now()
  for (const [address, flood] of floods) {
    const due = Math.floor(((now - flood.began) / 1000) * flood.rate) + 1
    for (; flood.sent < due; flood.sent++) socket.send(payload, port, address)
  }
}

process.on('message', ({ id, rates }) => {
  for (const [address, rate] of Object.entries(rates)) {
    if (rate === 0) floods.delete(address)
    else floods.set(address, { rate, began: performance.now(), sent: 0 })
  }
  sendDue()
  process.send({ id, at: Date.now() })
})
process.on('disconnect', () => process.exit(0))
setInterval(sendDue, tickMs)
