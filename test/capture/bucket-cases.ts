// Whole packets to a bucket: from the agents to an S3 server that checks signatures, with nothing on the disks between; and what
// becomes of a capture when the bucket cannot be written.
import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { startS3Server, testKey, type S3Server } from '../../src/capture/testing/s3-server.ts'
import type { Bucket, Capture } from '../../src/contract/capture.ts'
import type { EdgeLab } from './edge-lab.ts'
import { NamespaceRelay } from './namespace-relay.ts'
import { readPackets } from './packet-list.ts'

const packet = {
  source: '198.51.100.10',
  destination: '203.0.113.7',
  protocol: 'udp',
  sourcePort: 53,
  destinationPort: 4000,
  tcpFlags: 0,
  length: 1400,
} as const
const port = 9000
/** Reachable from all edges: an address of the server's loopback, which they have a route to. */
const storage = '10.99.0.1'

export const bucketCases = (lab: EdgeLab) =>
  describe('full captures', () => {
    let s3: S3Server
    let relay: NamespaceRelay | undefined

    beforeAll(async () => {
      s3 = await startS3Server(['pcaps'])
      relay = new NamespaceRelay(lab.noc, Number(new URL(s3.endpoint).port), lab.path('s3.sock'))
      await relay.start(port)
      await lab.noc.run('ip', 'address', 'add', `${storage}/32`, 'dev', 'lo')
      for (const { number, namespace } of lab.edges) await namespace.run('ip', 'route', 'add', storage, 'via', `10.90.${number}.1`)
      await own('pcaps', 'edge')
    }, 120_000)
    afterAll(async () => {
      relay?.stop()
      await s3?.stop()
    })

    const destination = (bucket: string, dir: string) => `s3://${bucket}/${dir}?region=${s3.region}&endpoint=http://${storage}:${port}`

    /** Adds a bucket and proves it by what is in it, as its owner would. */
    async function own(bucket: string, dir: string): Promise<void> {
      const path = '/accounts/{account}/pcaps/ownership'
      const keys = `&access-key-id=${testKey.access_key_id}&secret-access-key=${encodeURIComponent(testKey.secret_access_key)}`
      const added = await lab.server.api<Bucket>('POST', path, { destination_conf: destination(bucket, dir) + keys })
      expect(JSON.stringify(added)).not.toContain(testKey.access_key_id)
      const challenge = await s3.object(bucket, `${dir}/${added.filename}`)
      const proof = { destination_conf: added.destination_conf, ownership_challenge: String(challenge) }
      expect(await lab.server.api<Bucket>('POST', `${path}/validate`, proof)).toMatchObject({ id: added.id, status: 'success' })
    }

    async function start(more: object, colo = 'ord01'): Promise<string> {
      const limits = { time_limit: 300, byte_limit: 1_000_000_000, filter_v1: { source_address: packet.source } }
      const body = {
        type: 'full',
        system: 'magic-transit',
        colo_name: colo,
        destination_conf: destination('pcaps', 'edge'),
        ...limits,
        ...more,
      }
      const { id } = await lab.server.api<Capture>('POST', '/accounts/{account}/pcaps', body)
      await lab.capturing(id)
      return id
    }

    /** Through the first edges. */
    async function send(count: number, edges = 1): Promise<void> {
      const plans = Array.from({ length: count }, () => packet)
      await Promise.all(lab.edges.slice(0, edges).map(async (edge) => await lab.send('attacker', edge, plans, 5000)))
    }

    /**
     * Bytes that the threads of a process have had written to disk, in files of all kinds. What `/proc/<pid>/io` tells is more:
     * at the end of a child the kernel (6.18) adds what the process itself had written before once more.
     */
    function written(pid: number): number {
      const threads = readdirSync(`/proc/${pid}/task`).map((thread) => readFileSync(`/proc/${pid}/task/${thread}/io`, 'utf8'))
      return threads.reduce((sum, io) => sum + Number(/^write_bytes: (\d+)$/m.exec(io)?.[1]), 0)
    }

    it('hold whole packets, an object for each agent, and nothing of them is on a disk between', async () => {
      const pids = [lab.server.process.child.pid, ...lab.edges.map(({ agent }) => agent?.child.pid)].map(Number)
      const id = await start({ packet_limit: 4000 }, '*')
      const before = pids.map((pid) => written(pid))
      await send(4000, 3)
      const capture = await lab.over(id)
      const grown = pids.map((pid, index) => written(pid) - (before[index] ?? 0))
      expect(capture).toMatchObject({ status: 'success', error_message: null, packets: 12_000, bytes: 12_000 * packet.length })
      for (const { name, colo, objects, end } of capture.agents) {
        expect([name, end, objects.length]).toEqual([name, 'packets', 1])
        const key = new URL(objects[0]?.uri ?? '').pathname.slice(1)
        const object = await s3.object('pcaps', key)
        await writeFile(lab.path(`${colo}.pcap`), object ?? '')
        const packets = await readPackets(lab.path(`${colo}.pcap`))
        expect(packets).toHaveLength(4000)
        expect(new Set(packets.map(({ source, length, captured }) => `${source} ${length} ${captured}`))).toEqual(
          new Set([`${packet.source} ${packet.length} ${packet.length}`]),
        )
        expect(packets.map(({ identification }) => identification)).toEqual(Array.from({ length: 4000 }, (_, index) => index))
      }
      // 5.6 MB went through each agent. What the server writes is its own accounts.
      const [server = NaN, ...agents] = grown
      expect(server).toBeLessThan(2_000_000)
      expect(agents.filter((bytes) => bytes > 100_000)).toEqual([])
    }, 120_000)

    it('end exactly at the byte limit', async () => {
      const id = await start({ byte_limit: 10 * packet.length + 5 })
      await send(50)
      expect(await lab.over(id)).toMatchObject({ status: 'success', packets: 10, bytes: 10 * packet.length })
    }, 120_000)

    it('go on after the upload was cut', async () => {
      let cuts = 0
      s3.fault = ({ operation }) => (operation === 'part' && cuts++ === 0 ? { kind: 'cut', afterBytes: 100_000 } : undefined)
      const id = await start({ packet_limit: 5000 })
      await send(5000)
      const capture = await lab.over(id)
      s3.fault = () => undefined
      expect(cuts).toBeGreaterThan(1)
      expect(capture).toMatchObject({ status: 'success', packets: 5000, error_message: null })
      const object = await s3.object('pcaps', `edge/pcap_${id}.pcap`)
      expect(object?.length).toBe(24 + 5000 * (16 + packet.length))
    }, 120_000)

    it.each([
      { what: 'a key that is revoked on the way', code: 'InvalidAccessKeyId', status: 403 },
      { what: 'a bucket that is full', code: 'QuotaExceeded', status: 507 },
    ])(
      'fail with the reason: $what',
      async ({ code, status }) => {
        s3.fault = ({ operation, partNumber }) =>
          operation === 'complete' || (operation === 'part' && partNumber > 1) ? { kind: 'answer', status, code } : undefined
        const id = await start({ packet_limit: 10_000 })
        await send(10_000)
        const capture = await lab.over(id)
        s3.fault = () => undefined
        expect(capture.status).toBe('failed')
        expect(capture.error_message).toMatch(new RegExp(code))
        // The first part was written before, and nothing has taken it away.
        expect(capture.error_message).toMatch(/upload/i)
        expect(capture.error_message).not.toContain(testKey.access_key_id)
      },
      120_000,
    )

    it('say at once that a bucket is not there', async () => {
      const asked = {
        destination_conf: destination('nobodys', 'edge'),
        type: 'full',
        system: 'magic-transit',
        time_limit: 10,
        colo_name: 'ord01',
      }
      await expect(lab.server.api('POST', '/accounts/{account}/pcaps', asked)).rejects.toThrow(/ownership/)
    })
  })
