// Appends frames of three packets to a file as fast as it takes them, four at a time, and says which it has, until it is killed:
// node records-child.mjs <URL of dist/> <file> <number of the first frame>
const [dist, file, first] = process.argv.slice(2)
const { RecordsFile } = await import(`${dist}capture/jobs/records-file.js`)
const { PacketRecordWriter } = await import(`${dist}wire/packet-record.js`)
const records = await RecordsFile.open(file)

function frameOf(number) {
  const writer = new PacketRecordWriter(4096)
  for (let packet = 3 * number - 2; packet <= 3 * number; packet++) {
    const bytes = new Uint8Array(60)
    new DataView(bytes.buffer).setUint32(28, packet)
    const view = { seconds: 1, nanoseconds: 0, wireLength: 60, ethernet: false, superPacket: false, bytes, start: 0, end: 60 }
    writer.append(view, { masked: false, sampling: 1 })
  }
  return writer.take()
}

for (let frame = Number(first); frame < 1_000_000; frame += 4) {
  await Promise.all([0, 1, 2, 3].map((more) => records.append(frame + more, frameOf(frame + more))))
  process.stdout.write(`${frame + 3}\n`)
}
