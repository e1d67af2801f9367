// Runs a capture inside a network namespace as an agent does, and writes its packets as records, as for the server.
import { CaptureEngine } from '../../dist/capture/engine/capture-engine.js'
import { PacketRecordWriter } from '../../dist/wire/packet-record.js'

const engine = new CaptureEngine()
let run
let sink

class RecordSink {
  onFailure = () => undefined
  firstAt = undefined
  #writer = new PacketRecordWriter(262_144)
  async open() {}
  take(packet) {
    this.firstAt ??= performance.now()
    if (this.#writer.append(packet, { sampling: 1, masked: false })) return true
    this.#writer.clear()
    return this.#writer.append(packet, { sampling: 1, masked: false })
  }
  async finish() {
    return []
  }
}

const methods = {
  /** @returns ms from the request until packets are seen, and until the first one has come if it has */
  async start({ job }) {
    sink = new RecordSink()
    run = engine.run(job, sink)
    const began = performance.now()
    await run.start()
    const ready = performance.now() - began
    while (job.waits && sink.firstAt === undefined) await new Promise((resolve) => setImmediate(resolve))
    return { ready, first: sink.firstAt === undefined ? undefined : sink.firstAt - began, error: run.progress().error }
  },
  packets: () => run.progress().packets,
  stop: () => run.stop(),
}

async function answer({ id, method, args }) {
  try {
    process.send({ id, result: await methods[method](args ?? {}) })
  } catch (error) {
    process.send({ id, error: `${error.stack}` })
  }
}

process.on('message', (request) => void answer(request))
process.on('disconnect', () => process.exit(0))
