// Inside a network namespace: watches what goes astray beside sockets that stand for the collectors, or sends datagrams.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'

import { StrayWatch } from '../../dist/collect/stray/stray-watch.js'

const heard = new Map()
const log = { debug: () => undefined, warn: () => undefined, error: (fields) => process.send({ error: String(fields.error) }) }
/** Added to the clock, so that nobody waits for what is late. */
let ahead = 0
let watch

const methods = {
  async collect({ ports }) {
    for (const port of ports) {
      const socket = createSocket('udp4').on('message', (_, { address }) => heard.set(address, Date.now()))
      socket.bind(port, '0.0.0.0')
      await once(socket, 'listening')
    }
  },
  async watch({ listeners, tcpdump }) {
    await watch?.stop()
    ahead = 0
    watch = new StrayWatch({ tcpdump }, { log, now: () => Date.now() + ahead, lastHeard: (address) => heard.get(address) ?? 0 })
    await watch.start(listeners)
  },
  look({ later = 0 }) {
    ahead = later
    return { method: watch.method, strays: watch.strays(), heard: [...heard.keys()] }
  },
  async send({ from, to, port, hex }) {
    const socket = createSocket(to.includes(':') ? 'udp6' : 'udp4')
    socket.bind(0, from)
    await once(socket, 'listening')
    await new Promise((sent) => socket.send(Buffer.from(hex, 'hex'), port, to, sent))
    socket.close()
  },
}

async function answer({ id, method, ...request }) {
  try {
    process.send({ id, ...(await methods[method](request)) })
  } catch (error) {
    process.send({ id, error: String(error) })
  }
}

process.on('message', (message) => void answer(message))
process.on('disconnect', () => process.exit())
