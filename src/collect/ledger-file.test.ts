// The ledger on disk: what a killed process leaves behind is read back.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLedger } from './exporter.ts'
import { LedgerFile, ledgerFileName, readRunLedger, removeRunLedger } from './ledger-file.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'ledger-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

describe('a ledger file', () => {
  it('is read back without ever having been closed, threads added up', () => {
    for (const worker of [0, 1]) {
      const file = new LedgerFile(path.join(dir, ledgerFileName('run1', worker)))
      file.write({ ...createLedger(), datagrams_received: 9_007_199_254_740_991, records_decoded: 10 }, 1000)
      file.write({ ...createLedger(), datagrams_received: 5, records_decoded: 20 + worker }, 2000)
    }
    expect(readRunLedger(dir, 'run1')?.ledger).toMatchObject({ datagrams_received: 10, records_decoded: 41 })
  })

  it('is not written more often than each 10 ms, unless forced', () => {
    const file = new LedgerFile(path.join(dir, ledgerFileName('run1', 0)))
    file.write({ ...createLedger(), datagrams_received: 1 }, 1000)
    file.write({ ...createLedger(), datagrams_received: 2 }, 1005)
    expect(readRunLedger(dir, 'run1')?.ledger.datagrams_received).toBe(1)
    file.write({ ...createLedger(), datagrams_received: 3 }, 1006, true)
    expect(readRunLedger(dir, 'run1')?.ledger.datagrams_received).toBe(3)
  })

  it('of a thread that was killed at once is empty and counts nothing', () => {
    writeFileSync(path.join(dir, ledgerFileName('run1', 0)), '')
    expect(readRunLedger(dir, 'run1')?.ledger.datagrams_received).toBe(0)
    expect(readRunLedger(dir, 'run2')).toBeNull()
  })

  it('is removed with its run only', () => {
    for (const run of ['run1', 'run2']) new LedgerFile(path.join(dir, ledgerFileName(run, 0))).close()
    removeRunLedger(dir, 'run1')
    expect(readdirSync(dir)).toEqual([ledgerFileName('run2', 0)])
  })
})
