// The script that must arrive before the page shows anything stays small; charts come later.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { repository } from '../requirements.ts'

const built = join(repository, 'dist', 'web')
// 250 kB compressed are about a second on a 2 Mbit/s line.
const limit = 250_000

describe('the first load', () => {
  it('is below 250 kB of compressed script, without charts', () => {
    // Built by whoever runs the tests; see bin/prepare.mjs.
    const page = readFileSync(join(built, 'index.html'), 'utf8')
    const scripts = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map((match) => match[1] ?? '')
    expect(scripts.length).toBeGreaterThan(0)
    expect(scripts.filter((script) => script.includes('chart'))).toEqual([])
    const bytes = scripts.reduce((sum, script) => sum + gzipSync(readFileSync(join(built, script))).length, 0)
    expect(bytes).toBeLessThan(limit)
  })
})
