import type { LookupAddress } from 'node:dns'
import { describe, expect, it } from 'vitest'
import { endpointLookup, mayConnect } from './endpoint-guard.ts'

function look(found: readonly LookupAddress[], all: boolean): Promise<unknown> {
  return new Promise((resolve) => {
    endpointLookup(async () => found)('store.example', { all }, (error, address, family) =>
      resolve(error ? error.message : [address, family]),
    )
  })
}

const metadata = { address: '169.254.169.254', family: 4 }
const inside = { address: '10.1.2.3', family: 4 }

describe('endpointLookup', () => {
  it('leaves out addresses of metadata services that a name resolves to', async () => {
    expect(await look([metadata, inside], true)).toEqual([[inside], undefined])
    expect(await look([metadata, inside], false)).toEqual([inside.address, 4])
  })

  it('fails when nothing else is left', async () => {
    expect(await look([metadata], true)).toMatch(/^store\.example is not an address that a store can have/)
  })

  it('fails when the name is not known', async () => {
    const resolve = endpointLookup(() => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' })))
    const error = await new Promise((done) => {
      resolve('store.example', { all: true }, done)
    })
    expect(error).toMatchObject({ code: 'ENOTFOUND' })
  })
})

describe('mayConnect', () => {
  it.each([
    ['10.0.0.1', true],
    ['127.0.0.1', true],
    ['::1', true],
    ['fd00::1', true],
    ['2001:db8::1', true],
    ['192.0.2.1', true],
    ['169.254.0.1', false],
    ['0.0.0.0', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['168.63.129.16', false],
    ['::', false],
    ['fe80::1%eth0', false],
    ['ff02::1', false],
    ['::ffff:a9fe:a9fe', false],
    ['not an address', false],
  ])('%s: %s', (address, expected) => {
    expect(mayConnect(address)).toBe(expected)
  })
})
