// What exporters told survives a restart: data that comes before the exporter repeats its template is stored at once.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { netflow9 } from '../src/wire/testing/datagram-writer.ts'
import type { DrawbridgeServer } from './lab/drawbridge-server.ts'
import { flowSums } from './lab/flow-sums.ts'
import type { Namespace } from './lab/lab.ts'
import { startLoneServer, type LoneServer } from './lab/lone-server.ts'
import { until } from './lab/poll.ts'
import { needs } from './requirements.ts'

const skip = needs({ root: true, commands: ['ip'], paths: ['node_modules/chdb'] })
const router = '127.0.0.9'
const fields = [
  [8, 4],
  [12, 4],
  [1, 4],
  [2, 4],
] as const

/** Sends one datagram from the router's address. */
const sender = `const [hex, address] = process.argv.slice(1)
const socket = require('node:dgram').createSocket('udp4')
socket.bind(0, address, () => socket.send(Buffer.from(hex, 'hex'), 2055, '127.0.0.1', () => socket.close()))`

describe.skipIf(skip !== undefined)('a template', () => {
  let lone: LoneServer
  let namespace: Namespace
  let server: DrawbridgeServer

  beforeEach(async () => {
    lone = await startLoneServer(router)
    ;({ namespace, server } = lone)
  })
  afterEach(async () => {
    await lone.stop()
  })

  async function send(bytes: Uint8Array): Promise<void> {
    await namespace.run(process.execPath, '-e', sender, Buffer.from(bytes).toString('hex'), router)
  }

  const template = () => netflow9((d) => d.set(0, (s) => s.template(256, fields)))
  const data = () =>
    netflow9((d) => d.set(256, (s) => s.ipv4('198.51.100.1').ipv4('203.0.113.1').uint(1500, 4).uint(3, 4)), { sequence: 1 })

  it('that comes after a restart finds the data that waited for it', async () => {
    await send(data())
    await until('a waiting set', async () => ((await server.ledger()).totals.sets_waiting === 1 ? true : undefined))
    expect(await server.process.stop('SIGTERM', 60_000)).toBe(0)
    await server.run()
    await until('the set to wait again', async () => ((await server.ledger()).totals.sets_waiting === 1 ? true : undefined))
    await send(template())
    await until('a stored record', async () => ((await server.ledger()).totals.records_stored === 1 ? true : undefined))
    expect((await server.ledger()).totals).toMatchObject({ sets_waiting: 0, sets_pended: 1, sets_pending_decoded: 1, records_decoded: 1 })
    expect(await flowSums(server, { routerAddress: router })).toEqual({ packets: 3, bytes: 1500 })
  })

  it('is remembered over a restart', async () => {
    await send(template())
    await until('the template', async () => ((await server.ledger()).totals.templates_received === 1 ? true : undefined))
    expect(await server.process.stop('SIGTERM', 60_000)).toBe(0)
    await server.run()
    await send(data())
    await until('a stored record', async () => ((await server.ledger()).totals.records_stored === 1 ? true : undefined))
    expect((await server.ledger()).totals).toMatchObject({ sets_pended: 0, templates_received: 0, records_decoded: 1 })
    expect(await flowSums(server, { routerAddress: router })).toEqual({ packets: 3, bytes: 1500 })
  })
})
