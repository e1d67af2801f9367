// MaxMind databases: every record size, known field layouts, aliases, the bundled file against the maxmind package, and
// broken files.
import { Reader, type CountryResponse } from 'maxmind'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { findBundled } from './bundled-data.ts'
import { EnrichError } from './enrich-errors.ts'
import { joinTables, type EnrichTables } from './enrich-tables.ts'
import { readMmdb, type MmdbContent } from './mmdb-source.ts'
import { countRanges } from './range-list.ts'
import { lookUp } from './testing/address-row.ts'
import { writeMmdb, type MmdbValue } from './testing/mmdb-writer.ts'

async function tablesOf(file: Buffer, content: MmdbContent): Promise<EnrichTables> {
  return joinTables({ [content]: (await readMmdb(file, content)).lists })
}

async function codeOf(file: Buffer, content: MmdbContent = 'country'): Promise<string> {
  try {
    await readMmdb(file, content)
    return 'none'
  } catch (error) {
    if (error instanceof EnrichError) return error.code
    throw error
  }
}

const sizes = [24, 28, 32] as const
const country = (iso_code: string): MmdbValue => ({ country: { iso_code } })

describe('readMmdb', () => {
  it.each(sizes)('walks IPv4 and IPv6 in a tree with records of %i bits', async (recordSize) => {
    const entries = {
      '10.0.0.0/8': country('AA'),
      '10.1.0.0/16': country('BB'),
      '255.255.255.255': country('CC'),
      '2001:db8::/32': country('DD'),
      '2001:db8:0:1::/64': country('EE'),
      '8000::/1': country('FF'),
    }
    const tables = await tablesOf(writeMmdb(entries, { recordSize, ipVersion: 6 }), 'country')
    const found = [
      '9.255.255.255',
      '10.0.255.255',
      '10.1.0.0',
      '10.1.255.255',
      '10.2.0.0',
      '11.0.0.0',
      '255.255.255.254',
      '255.255.255.255',
    ]
    expect(found.map((address) => lookUp(tables, address).country)).toEqual(['', 'AA', 'BB', 'BB', 'AA', '', '', 'CC'])
    const found6 = ['2001:db7::', '2001:db8::1', '2001:db8:0:1::1', '2001:db8:0:2::', '2001:db9::', '7fff::', '8000::', 'ffff::ffff']
    expect(found6.map((address) => lookUp(tables, address).country)).toEqual(['', 'DD', 'EE', 'DD', '', '', 'FF', 'FF'])
  })

  it.each(sizes)('walks an IPv4 tree with records of %i bits', async (recordSize) => {
    const tables = await tablesOf(writeMmdb({ '192.0.2.0/24': country('AA') }, { recordSize, ipVersion: 4 }), 'country')
    expect(['192.0.1.255', '192.0.2.7', '192.0.3.0', '::192.0.2.7'].map((at) => lookUp(tables, at).country)).toEqual(['', 'AA', '', ''])
  })

  it('leaves the aliases of IPv4 out', async () => {
    // 0.0.0.0/8 is what the zero bits behind 64:ff9b::/64 lead to.
    const entries = { '0.0.0.0/8': country('AA'), '2.0.0.0/8': country('BB'), '2001:db8::/32': country('CC') }
    const aliases = ['2002::/16', '2001::/32', '::ffff:0:0/96', '64:ff9b::/96']
    const { lists } = await readMmdb(writeMmdb(entries, { recordSize: 24, ipVersion: 6, aliases }), 'country')
    expect([countRanges(lists.ipv4), countRanges(lists.ipv6)]).toEqual([2, 1])
  })

  it('gives a /64 the value of its first address', async () => {
    const entries = { '2001:db8::/64': country('AA'), '2001:db8::/127': country('BB'), '2001:db8:0:1::8/128': country('CC') }
    const tables = await tablesOf(writeMmdb(entries, { recordSize: 28, ipVersion: 6 }), 'country')
    expect(['2001:db8::5', '2001:db8:0:1::8'].map((address) => lookUp(tables, address).country)).toEqual(['BB', ''])
  })

  it.each<[string, MmdbValue, string]>([
    ['ip-location-db', { country_code: 'US' }, 'US'],
    ['IPinfo', { country: 'DE', country_name: 'Germany' }, 'DE'],
    ['IPinfo Lite', { country: 'Germany', country_code: 'DE' }, 'DE'],
    ['GeoLite2', { country: { iso_code: 'FR', is_in_european_union: true }, registered_country: { iso_code: 'BE' } }, 'FR'],
    ['GeoLite2 without a country', { registered_country: { iso_code: 'BE' } }, 'BE'],
    ['lower case', { country_code: 'nl' }, 'NL'],
  ])('finds the country of %s', async (_, record, expected) => {
    const tables = await tablesOf(writeMmdb({ '192.0.2.0/24': record }, { recordSize: 24, ipVersion: 4 }), 'country')
    expect(lookUp(tables, '192.0.2.1').country).toBe(expected)
  })

  it.each<[string, MmdbValue, number, string]>([
    ['GeoLite2', { autonomous_system_number: 13335, autonomous_system_organization: 'CLOUDFLARENET' }, 13335, 'CLOUDFLARENET'],
    ['IPinfo', { asn: 'AS15169', as_name: 'Google LLC' }, 15169, 'Google LLC'],
    ['IPinfo ASN', { asn: 'AS15169', name: 'Google LLC', domain: 'google.com' }, 15169, 'Google LLC'],
    ['Enterprise', { traits: { autonomous_system_number: 4294967295, autonomous_system_organization: 'x' } }, 4294967295, 'x'],
  ])('finds the AS number of %s', async (_, record, asn, name) => {
    const loaded = await readMmdb(writeMmdb({ '192.0.2.0/24': record }, { recordSize: 24, ipVersion: 4 }), 'asn')
    expect(lookUp(joinTables({ asn: loaded.lists }), '192.0.2.1').asn).toBe(asn)
    expect(loaded.names.get(asn)).toBe(name)
    expect(loaded.built).toEqual(new Date(1_750_000_000_000))
  })
})

describe('the bundled country database', () => {
  const file = readFileSync(findBundled('country').files[0])

  it('gives what the maxmind package gives, for 10 000 addresses of each family', async () => {
    const tables = await tablesOf(file, 'country')
    const reader = new Reader<CountryResponse>(file)
    const expected = (address: string) => (reader.get(address) as { country_code?: string } | null)?.country_code ?? ''
    const random = randomWords(7)
    const addresses = Array.from({ length: 10_000 }, () => {
      const ipv4 = [24, 16, 8, 0].map((shift) => (random() >>> shift) & 255).join('.')
      // Few of all IPv6 addresses are known: take one near the begin of a range. Its last 64 bits are 0, as a /64 has the
      // value of its first address.
      const range = random() % tables.ipv6.high.length
      const low = (tables.ipv6.low[range] + (random() % 131_072) - 65_536) >>> 0
      const groups = [tables.ipv6.high[range] >>> 16, tables.ipv6.high[range] & 0xffff, low >>> 16, low & 0xffff]
      return [ipv4, `${groups.map((group) => group.toString(16)).join(':')}::`]
    }).flat()
    const wrong = addresses.filter((address) => lookUp(tables, address).country !== expected(address))
    expect(wrong).toEqual([])
    expect(addresses.filter((address) => expected(address) !== '').length).toBeGreaterThan(10_000)
  })

  it('survives being broken anywhere: a coded error or a table, never a crash', async () => {
    const small = writeMmdb(
      { '10.0.0.0/8': country('AA'), '2001:db8::/32': country('BB'), '::/1': country('CC') },
      { recordSize: 28, ipVersion: 6 },
    )
    const random = randomWords(99)
    const outcomes = new Set<string>()
    for (let round = 0; round < 600; round++) {
      const broken = Buffer.from(small.subarray(0, round % 3 === 0 ? random() % small.length : small.length))
      for (let hit = 0; hit < 3 && broken.length > 0; hit++) broken[random() % broken.length] = random()
      outcomes.add(await codeOf(broken))
    }
    expect([...outcomes].filter((outcome) => !['none', 'bad_mmdb', 'no_country'].includes(outcome))).toEqual([])
    expect(outcomes).toContain('bad_mmdb')
  })
})

describe('hostile databases', () => {
  it.each<[string, Buffer]>([
    ['empty', Buffer.alloc(0)],
    ['text', Buffer.from('start,end,asn,name\n')],
    ['zeros', Buffer.alloc(10_000)],
  ])('%s is not a database', async (_, file) => {
    expect(await codeOf(file)).toBe('bad_mmdb')
  })

  it('refuses a tree longer than the file', async () => {
    const file = writeMmdb({ '10.0.0.0/8': country('AA') }, { recordSize: 24, ipVersion: 4 })
    const at = file.indexOf('node_count') + 'node_count'.length
    // The control byte says a 32-bit integer of 4 bytes.
    file.writeUInt32BE(0x00ffffff, at + 1)
    await expect(readMmdb(file, 'country')).rejects.toMatchObject({ code: 'bad_mmdb', message: expect.stringContaining('longer than') })
  })

  it('refuses a tree whose branches lead back to its root', async () => {
    const file = writeMmdb({ '10.0.0.0/8': country('AA') }, { recordSize: 24, ipVersion: 4 })
    file.fill(0, 0, 6)
    await expect(readMmdb(file, 'country')).rejects.toMatchObject({ code: 'bad_mmdb', message: expect.stringContaining('deeper than') })
  })

  it('refuses a tree of 32 nodes that has 2³² ways through it', async () => {
    const file = writeMmdb({ '10.0.0.1': country('AA') }, { recordSize: 24, ipVersion: 4 })
    for (let node = 0; node < 31; node++) {
      file.writeUIntBE(node + 1, node * 6, 3)
      file.writeUIntBE(node + 1, node * 6 + 3, 3)
    }
    await expect(readMmdb(file, 'country')).rejects.toMatchObject({ code: 'bad_mmdb', message: expect.stringContaining('no end') })
  })

  it('refuses a record that points at itself', async () => {
    const file = writeMmdb({ '0.0.0.0/1': 'A' }, { recordSize: 24, ipVersion: 4 })
    // The data section begins behind one node of 6 bytes and 16 zeros; 0x20 0x00 is a pointer to its own offset 0.
    file.writeUInt16BE(0x2000, 22)
    expect(await codeOf(file)).toBe('bad_mmdb')
  })

  it('tells a database without the content sought', async () => {
    const file = writeMmdb({ '10.0.0.0/8': country('AA') }, { recordSize: 24, ipVersion: 4 })
    expect(await codeOf(file, 'asn')).toBe('no_asn')
    expect(await codeOf(writeMmdb({ '10.0.0.0/8': { asn: 'AS1' } }, { recordSize: 24, ipVersion: 4 }))).toBe('no_country')
  })
})

/** A small generator with a seed, so that a failure can be repeated (xorshift32). */
function randomWords(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}
