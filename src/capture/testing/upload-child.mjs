// Gives 40 MB of packets to the sink of a delivery, in a process that Node lets write no file:
// node --permission … upload-child.mjs <URL of open-sink.js> <job as JSON>. Prints what was written where.
const [module, job] = process.argv.slice(2)
const { openSink } = await import(module)
const quiet = { info() {}, warn() {} }
const sink = openSink(JSON.parse(job), { allowFolders: ['/tmp'], log: quiet })
try {
  await sink.open()
  const bytes = Buffer.alloc(40_000, 0x45)
  const packet = {
    seconds: 1,
    nanoseconds: 0,
    wireLength: bytes.length,
    ethernet: false,
    superPacket: false,
    bytes,
    start: 0,
    end: bytes.length,
  }
  for (let number = 0; number < 1000; number++) {
    while (!sink.take(packet)) await new Promise((resolve) => setImmediate(resolve))
  }
  process.stdout.write(JSON.stringify({ objects: await sink.finish() }))
} catch (error) {
  process.stdout.write(JSON.stringify({ error: error.message, code: error.cause?.code }))
}
process.exit(0)
