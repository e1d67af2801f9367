import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { UdpListener } from '../sim/testing/udp-listener.ts'
import { cliCommands, createProgram, runProgram } from './program.ts'

let listener: UdpListener
let out = ''
let err = ''

beforeEach(async () => {
  listener = await UdpListener.open()
  out = ''
  err = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true))
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true))
})
afterEach(() => {
  vi.restoreAllMocks()
  listener.close()
})

const run = (...argv: string[]) => runProgram(createProgram(cliCommands), ['simulate', '--to', `127.0.0.1:${listener.port}`, ...argv])

describe('simulate', () => {
  it('prints the sums of what it sent as JSON', async () => {
    expect(await run('--protocol', 'netflow5', '--records', '61', '--rate', '10000', '--json')).toBe(0)
    const result = JSON.parse(out) as Record<string, number>
    expect(Object.keys(result)).toEqual(['datagrams', 'records', 'bytes', 'packets', 'seconds', 'sendErrors'])
    expect(result).toMatchObject({ datagrams: 3, records: 61, sendErrors: 0 })
    await listener.until(() => listener.received.length === 3)
  })

  it('prints them for people', async () => {
    expect(await run('--records', '1000', '--rate', 'max')).toBe(0)
    expect(out).toMatch(/^1,000 records in 41 datagrams sent in \d+\.\d\d s\n[\d,]+ bytes, [\d,]+ packets as exported\n$/)
  })

  it('runs the demo for a while', async () => {
    // The log goes to the terminal past process.stderr; what counts is what arrives.
    expect(await run('--demo', '--seconds', '1')).toBe(0)
    expect(listener.received.length).toBeGreaterThan(4)
  })

  it.each([
    [['--rate', '0'], 'give a number from 1'],
    [['--records', '1.5'], 'give a whole number from 1'],
    [['--to', '127.0.0.1'], 'write it as host:port'],
    [['--protocol', 'netflow8'], 'Allowed choices are netflow5, netflow9, ipfix, sflow5'],
    [['--from', 'localhost'], 'give an IPv4 or IPv6 address'],
    [['--demo', '--to', '[::1]:2055'], 'cannot reach ::1'],
  ])('refuses %j', async (argv, message) => {
    expect(await run(...argv)).toBe(2)
    expect(err).toContain(message)
  })

  it('says why it cannot send', async () => {
    expect(await run('--from', '192.0.2.1', '--records', '10')).toBe(1)
    expect(err).toContain('cannot send from 192.0.2.1: Cannot assign requested address')
  })
})
