// Runs inside a network namespace: one end of a file transfer that goes on until it is told to stop.
import { createHash, randomFillSync } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** 16 KiB every 5 ms is 3.3 MB/s. */
const chunk = Buffer.alloc(16_384)
const everyMs = 5

const hash = createHash('sha256')
const transfer = { bytes: 0, isOver: false, ended: Promise.resolve() }

const actions = {
  /** Sends random bytes to whoever connects first. */
  async serve({ address, port }) {
    const server = createServer((socket) => {
      server.close()
      transfer.ended = send(socket)
    })
    await once(server.listen(port, address), 'listening')
  },
  async fetch({ address, port }) {
    const socket = connect(port, address)
    await once(socket, 'connect')
    socket.on('data', (data) => count(data))
    transfer.ended = once(socket, 'end')
  },
  /** So far. */
  progress: () => ({ bytes: transfer.bytes }),
  /** Of the sender: ends the transfer. Of both: what went through it, when it is over. */
  async finish() {
    transfer.isOver = true
    await transfer.ended
    return { bytes: transfer.bytes, sha256: hash.digest('hex') }
  },
}

function count(data) {
  hash.update(data)
  transfer.bytes += data.length
}

async function send(socket) {
  while (!transfer.isOver) {
    count(randomFillSync(chunk))
    // What the kernel has not taken yet must not change.
    if (!socket.write(Buffer.from(chunk))) await once(socket, 'drain')
    await delay(everyMs)
  }
  socket.end()
  await once(socket, 'close')
}

process.on('disconnect', () => process.exit(0))
process.on('message', (request) => void answer(request))

async function answer({ id, action, ...given }) {
  try {
    process.send({ id, ...(await actions[action](given)) })
  } catch (error) {
    process.send({ id, error: String(error) })
  }
}
