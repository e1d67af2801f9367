// Tests of the decode command over real files: flows, summaries, damage, exit codes.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hex, join, u16, u32 } from '../wire/testing/bytes.ts'
import { pcap } from '../wire/testing/capture-writer.ts'
import { ethernet, ipv4, tcp, udp } from '../wire/testing/packets.ts'
import { flowSample, part, rawHeader, sflowDatagram } from '../wire/testing/sflow.ts'
import { decodeCommand } from './decode.ts'
import { decodeFiles, type DecodeOptions } from './decode-files.ts'
import { Output } from './output.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(joinPath(tmpdir(), 'drawbridge-decode-'))
})
afterAll(async () => rm(folder, { recursive: true }))

async function file(name: string, bytes: Uint8Array): Promise<string> {
  const path = joinPath(folder, name)
  await writeFile(path, bytes)
  return path
}

async function run(paths: readonly string[], options: DecodeOptions): Promise<{ exitCode: number; lines: string[]; warnings: string[] }> {
  const stream = new PassThrough()
  const warnings: string[] = []
  const exitCode = await decodeFiles(paths, options, { output: new Output(stream), warn: (message) => warnings.push(message) })
  stream.end()
  const text = Buffer.concat(await stream.toArray()).toString()
  return { exitCode, lines: text.split('\n').filter((line) => line !== ''), warnings }
}

/** NetFlow v9 of domain 5: template 256 of addresses, packets, bytes; and data for it. */
const header9 = join(u16(9, 1), u32(60_000, 1_700_000_000, 1, 5))
const template9 = join(header9, u16(0, 24, 256, 4, 8, 4, 12, 4, 2, 4, 1, 4))
const data9 = join(header9, u16(256, 36), hex('c0000201 c6336402'), u32(3, 4000), hex('c0000203 c6336404'), u32(1, 60))
const sampled = flowSample([rawHeader(ethernet(0x0800, ipv4(6, tcp(0x12))), 1500)])
const sflow = sflowDatagram([sampled, part(2, u32(1, 3, 0)), part(5, u32(77, 0, 3, 4, 1, 2, 289, 0))])

function capture(...payloads: readonly Uint8Array[]): Uint8Array {
  return pcap(
    payloads.map((payload, index) => ({
      seconds: 1_700_000_000 + index,
      fraction: 0,
      packet: ethernet(0x0800, ipv4(17, udp(50_000, 2055, payload))),
    })),
  )
}

describe('decode --summary --json', () => {
  it('prints one object a file with exactly these keys in this order', async () => {
    const path = await file('all.pcap', capture(template9, data9, sflow, hex('deadbeef')))
    const { lines, exitCode } = await run([path], { summary: true, json: true })
    expect(exitCode).toBe(0)
    expect(lines).toEqual([
      `{"file":${JSON.stringify(path)},"datagrams":{"netflow5":0,"netflow9":2,"ipfix":0,"sflow5":1,"undecodable":1},"templates":1,"optionsTemplates":0,` +
        '"records":2,"optionsRecords":0,"flowSamples":1,"counterSamples":1,"dropSamples":1,"packets":5,"bytes":5560,"ipv4":3,"ipv6":0,' +
        '"dataSetsWithoutTemplate":0,"malformed":0}',
    ])
  })

  it('decodes data that stands before its template', async () => {
    const path = await file('late.pcap', capture(data9, data9, template9))
    const [line = ''] = (await run([path], { summary: true, json: true })).lines
    expect(JSON.parse(line)).toMatchObject({ records: 4, packets: 8, bytes: 8120, dataSetsWithoutTemplate: 0 })
  })

  it('counts data whose template never comes, and does not take it from another file', async () => {
    const paths = [await file('template.bin', template9), await file('data.bin', data9)]
    const { lines } = await run(paths, { summary: true, json: true })
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { templates: 1, records: 0, dataSetsWithoutTemplate: 0 },
      { templates: 0, records: 0, dataSetsWithoutTemplate: 1 },
    ])
  })

  it('keeps the templates of two exporters apart', async () => {
    const other = join(header9, u16(0, 16, 256, 2, 8, 4, 12, 4))
    const packets = [template9, data9].map((payload) => ethernet(0x0800, ipv4(17, udp(1, 2055, payload))))
    // The same domain and template id from 192.0.2.200.
    const foreign = ethernet(0x0800, ipv4(17, udp(1, 2055, other)))
    foreign[14 + 15] = 200
    const [first = foreign, second = foreign] = packets
    const path = await file('two.pcap', pcap([first, foreign, second].map((packet) => ({ seconds: 1, fraction: 0, packet }))))
    const [line = ''] = (await run([path], { summary: true, json: true })).lines
    expect(JSON.parse(line)).toMatchObject({ templates: 2, records: 2, bytes: 4060 })
  })

  it('sums only what was exported as delta counts', async () => {
    const totals = join(header9, u16(0, 24, 256, 4, 8, 4, 12, 4, 86, 4, 85, 4))
    const path = await file('totals.pcap', capture(totals, data9))
    const [line = ''] = (await run([path], { summary: true, json: true })).lines
    expect(JSON.parse(line)).toMatchObject({ records: 2, packets: 0, bytes: 0 })
  })
})

describe('decode', () => {
  it('prints each flow as JSON with the names of the columns', async () => {
    const path = await file('flows.pcap', capture(template9, data9, sflow))
    const { lines } = await run([path], { json: true })
    const flows = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(flows[0]).toEqual({
      time_received: '2023-11-14T22:13:21.000Z',
      flow_start: '2023-11-14T22:13:20.000Z',
      flow_end: '2023-11-14T22:13:20.000Z',
      router: '192.0.2.1',
      observation_domain: 5,
      export_protocol: 'netflow9',
      src_addr: '192.0.2.1',
      dst_addr: '198.51.100.2',
      bytes: 4000,
      packets: 3,
      sampling_rate: 0,
    })
    expect(flows[2]).toMatchObject({
      router: '192.0.2.10',
      export_protocol: 'sflow5',
      src_port: 40000,
      bytes: 1500,
      sampling_rate: 512,
      sampling_source: 'header',
      observed_at: 'ingress',
    })
  })

  it('prints values beyond 2⁵³ as strings', async () => {
    const wide = join(header9, u16(0, 12, 256, 1, 1, 8), u16(256, 12), hex('ffffffffffffffff'))
    const { lines } = await run([await file('wide.bin', wide)], { json: true })
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ bytes: '18446744073709551615' })
  })

  it('takes the factor from the options table', async () => {
    const options = join(header9, u16(1, 20, 300, 4, 4, 1, 4, 34, 4, 0), u16(300, 12), u32(0, 100))
    const { lines } = await run([await file('options.pcap', capture(options, template9, data9))], { json: true })
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ sampling_rate: 100, sampling_source: 'options' })
  })

  it('prints a line of text for each flow', async () => {
    const { lines } = await run([await file('text.pcap', capture(sflow))], {})
    expect(lines).toEqual([
      '2023-11-14T22:13:20.000Z sflow5 192.0.2.10 192.0.2.1:40000 > 198.51.100.2:443 tcp 1 packets 1500 bytes flags 18 in 3 out 4 sampling 512',
    ])
  })

  it('prints a table of what is not zero', async () => {
    const { lines } = await run([await file('table.bin', sflow)], { summary: true })
    expect(lines.slice(1).map((line) => line.trim().replaceAll(/\s+/g, ' '))).toEqual([
      'sFlow v5 datagrams 1',
      'flow samples 1',
      'counter samples 1',
      'dropped-packet samples 1',
      'packets 1',
      'bytes 1500',
      'with IPv4 addresses 1',
    ])
  })

  it('says so when a capture holds no flow datagrams', async () => {
    const { lines, exitCode } = await run([await file('none.pcap', pcap([]))], { summary: true })
    expect([exitCode, lines[1]?.trim()]).toEqual([0, 'no flow datagrams'])
  })

  it('decodes what stands before the damage, and tells of it', async () => {
    const whole = capture(template9, data9, data9)
    const { lines, warnings, exitCode } = await run([await file('cut.pcap', whole.subarray(0, whole.length - 5))], {
      summary: true,
      json: true,
    })
    expect([exitCode, warnings.length]).toEqual([0, 1])
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ records: 2, malformed: 1 })
  })

  it('fails on files that cannot be read at all, and goes on with the others', async () => {
    const paths = [joinPath(folder, 'absent'), folder, await file('text.txt', hex('68656c6c6f')), await file('good.bin', sflow)]
    const { exitCode, lines, warnings } = await run(paths, { json: true })
    expect([exitCode, lines.length]).toEqual([1, 1])
    expect(warnings).toEqual([
      expect.stringContaining('no such file; check the path'),
      expect.stringContaining('name the files in it'),
      expect.stringContaining('give a pcap or pcapng capture, or a file of flow datagrams'),
    ])
  })

  it('stops when nobody reads any more', async () => {
    const stream = new PassThrough()
    const output = new Output(stream)
    stream.destroy(new Error('write EPIPE'))
    await new Promise((resolve) => {
      stream.once('close', resolve)
    })
    const path = await file('unread.bin', sflow)
    expect(await decodeFiles([path, path], { json: true }, { output, warn: () => undefined })).toBe(0)
  })
})

describe('decodeCommand', () => {
  it('has the documented options', () => {
    const command = decodeCommand()
    expect([command.name(), command.options.map((option) => option.long)]).toEqual(['decode', ['--json', '--summary', '--templates']])
  })

  it('wants a file', async () => {
    const command = decodeCommand()
      .exitOverride()
      .configureOutput({ writeErr: () => undefined })
    await expect(command.parseAsync([], { from: 'user' })).rejects.toThrow("missing required argument 'file'")
  })
})
