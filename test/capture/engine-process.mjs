// Runs captures inside a network namespace as an agent does, and keeps the packets for the test that asks. Its parent may kill it.
import { createServer } from 'node:net'

import { CaptureEngine } from '../../dist/capture/engine/capture-engine.js'
import { HostFacts } from '../../dist/capture/engine/host-facts.js'
import { sweep } from '../../dist/capture/engine/sweep.js'

const runs = new Map()
let engine = new CaptureEngine()

/** Keeps packets; `slow` gives every second one up. */
class MemorySink {
  packets = []
  onFailure = () => undefined
  opened = 0
  #offered = 0
  constructor(slow) {
    this.slow = slow
  }
  async open() {
    this.opened++
  }
  take({ seconds, nanoseconds, wireLength, ethernet, superPacket, bytes, start, end }) {
    if (this.slow && this.#offered++ % 2 === 1) return false
    const hex = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('hex')
    this.packets.push({ seconds, nanoseconds, wireLength, ethernet, superPacket, hex })
    return true
  }
  async finish() {
    return []
  }
}

const methods = {
  groups({ first, last }) {
    engine = new CaptureEngine({ first, last })
  },
  /** Programs of this folder are taken before others. */
  prefer({ folder }) {
    process.env.PATH = `${folder}:${process.env.PATH}`
  },
  async start({ job, slow = false }) {
    const sink = new MemorySink(slow)
    const run = engine.run(job, sink)
    runs.set(job.id, { run, sink })
    await run.start()
    return run.progress()
  },
  progress: ({ id }) => runs.get(id).run.progress(),
  stop: ({ id }) => runs.get(id).run.stop(),
  done: ({ id }) => runs.get(id).run.done,
  fail({ id }) {
    runs.get(id).sink.onFailure(new Error('the bucket is gone'))
  },
  packets: ({ id }) => runs.get(id).sink.packets,
  listen: () =>
    new Promise((resolve) => {
      const server = createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, () => resolve(server.address().port))
    }),
  sweep: () => sweep(),
  facts: () => new HostFacts({ version: '1.2.3' }).read(),
}

async function answer({ id, method, args }) {
  try {
    process.send({ id, result: (await methods[method](args)) ?? null })
  } catch (error) {
    process.send({ id, error: `${error.stack}` })
  }
}

process.on('message', (request) => void answer(request))
process.on('disconnect', () => process.exit(0))
