// Range lists: quoting, line ends, chunk borders, bad lines, and the bundled list's known facts.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBundled } from './bundled-data.ts'
import { readRangeLists } from './csv-source.ts'
import { joinTables } from './enrich-tables.ts'
import type { LoadedRanges } from './mmdb-source.ts'
import { lookUp } from './testing/address-row.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'range-list-'))
})

afterAll(async () => {
  await rm(folder, { recursive: true })
})

async function read(...texts: string[]): Promise<LoadedRanges> {
  const files = texts.map((_, index) => join(folder, `${index}.csv`))
  for (const [index, text] of texts.entries()) await writeFile(files[index], text)
  return readRangeLists(files)
}

function asns(loaded: LoadedRanges, ...addresses: string[]): number[] {
  const tables = joinTables({ asn: loaded.lists })
  return addresses.map((address) => lookUp(tables, address).asn)
}

describe('readRangeLists', () => {
  it('reads both families, quoted names, CRLF, comments, a header and a last line without its end', async () => {
    const text = [
      'start,end,asn,name',
      '# comment',
      '1.0.0.0,1.0.0.255,13335,"Cloudflare, Inc."',
      '',
      '"2.0.0.0","2.0.255.255","AS64500","LLC ""SPUTNIK"""',
      '2001:db8::,2001:db8::ffff:ffff:ffff:ffff,64501,Zürich',
      '3.0.0.0,3.0.0.0,64502',
    ].join('\r\n')
    const loaded = await read(text)
    expect(asns(loaded, '1.0.0.255', '1.0.1.0', '2.0.128.1', '2001:db8::1', '3.0.0.0')).toEqual([13335, 0, 64500, 64501, 64502])
    expect([...loaded.names]).toEqual([
      [13335, 'Cloudflare, Inc.'],
      [64500, 'LLC "SPUTNIK"'],
      [64501, 'Zürich'],
    ])
  })

  it('reads a list without a header whose first line is IPv6, after a byte order mark too', async () => {
    expect(asns(await read('fd00::,fd00::1,64500,x\n'), 'fd00::1')).toEqual([64500])
    expect(asns(await read('\ufeffstart,end,asn\n1.0.0.0,1.0.0.1,64500\n'), '1.0.0.1')).toEqual([64500])
  })

  it('puts lines together that the 1 MiB chunks cut', async () => {
    const lines: string[] = []
    for (let index = 0; index < 60_000; index++) {
      const net = `10.${index >> 8}.${index & 255}`
      lines.push(`${net}.0,${net}.255,${index + 1},name number ${index}`)
    }
    const loaded = await read(lines.slice(0, 40_000).join('\n'), `${lines.slice(40_000).join('\n')}\n`)
    expect(loaded.names.size).toBe(60_000)
    const wrong = lines.filter((_, index) => loaded.names.get(index + 1) !== `name number ${index}`)
    expect(wrong).toEqual([])
    expect(asns(loaded, '10.0.0.9', '10.78.32.255')).toEqual([1, 78 * 256 + 33])
  })

  it.each([
    ['no comma', '1.0.0.0'],
    ['an address out of range', '1.0.0.0,1.0.0.256,1,x'],
    ['two families', '1.0.0.0,2001::,1,x'],
    ['ends reversed', '1.0.0.9,1.0.0.1,1,x'],
    ['no AS number', '1.0.0.0,1.0.0.1,x,x'],
    ['an AS number beyond 32 bits', '1.0.0.0,1.0.0.1,4294967296,x'],
    ['an open quote', '1.0.0.0,1.0.0.1,1,"x'],
    ['text behind a quote', '1.0.0.0,1.0.0.1,1,"x"y'],
  ])('names the line with %s', async (_, line) => {
    await expect(read(`1.0.0.0,1.0.0.1,1,x\n${line.replace(',1,', ',2,')}\n`)).rejects.toMatchObject({
      code: 'bad_csv',
      message: expect.stringContaining('line 2'),
    })
  })

  it('refuses a line without end, an empty list, a missing file', async () => {
    await expect(read('x'.repeat(3_000_000))).rejects.toMatchObject({ code: 'bad_csv' })
    await expect(read('# nothing\n')).rejects.toMatchObject({ code: 'no_asn' })
    await expect(readRangeLists([join(folder, 'missing.csv')])).rejects.toMatchObject({ code: 'unreadable' })
  })
})

describe('the bundled range list', () => {
  it('knows the well-known', async () => {
    const loaded = await readRangeLists(findBundled('asn').files)
    expect(asns(loaded, '1.1.1.1', '8.8.8.8', '2606:4700:4700::1111', '2001:4860:4860::8888', '192.0.2.1')).toEqual([
      13335, 15169, 13335, 15169, 0,
    ])
    expect(loaded.names.get(13335)).toBe('Cloudflare, Inc.')
    expect(loaded.names.size).toBeGreaterThan(50_000)
  })
})
