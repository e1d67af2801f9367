import { describe, expect, it } from 'vitest'
import { configSchema } from '../../contract/config.ts'
import { Doctor, type DoctorDependencies } from './doctor.ts'

const clock = { now: () => Date.UTC(2026, 5, 1) }
const listener = { address: '127.0.0.1:2055', receive_buffer: 4096, receive_buffer_asked: 64 * 2 ** 20, kernel_drops: 3 }

function makeDoctor(flows: DoctorDependencies['flows'], registered: unknown[] = []): Doctor {
  const collectors: DoctorDependencies['collectors'] = {
    boundAddresses: () => [],
    routers: () => [],
    allRouters: () => [],
    registerTest: (routers) => registered.push(routers),
    listeners: () => [listener],
    ledger: () => ({ datagrams_received: 7 }),
  }
  const config = configSchema.parse({ data: import.meta.dirname })
  return new Doctor(() => config, { collectors, flows, clock })
}

describe('the doctor of a server', () => {
  it('tells what the server knows of itself, and looks once for all who ask at a time', async () => {
    const asked: string[] = []
    const doctor = makeDoctor({
      query: async (sql) => {
        asked.push(sql)
        return { rows: sql.includes('version()') ? [{ version: '26.7' }] : [{ bytes: '1024' }] }
      },
    })
    const [first, second] = await Promise.all([doctor.look(), doctor.look()])
    expect(asked).toHaveLength(2)
    expect(second).toEqual(first)
    const told = (check: string) => first.findings.filter((finding) => finding.check === check).map(({ text }) => text)
    expect(first).toMatchObject({ server: true, self_test: [] })
    expect(told('store')).toEqual(['The embedded ClickHouse answers (26.7).'])
    expect(told('kernel_drops')).toEqual([expect.stringContaining('3 of 10 datagrams')])
    expect(told('receive_buffer')).toEqual([expect.stringContaining('4 KiB')])
    expect(told('disk')).toEqual([expect.stringContaining('7 days of flows will take 6 KiB more')])
  })

  it('says that the store is away, and ends with its server', async () => {
    const registered: unknown[] = []
    const doctor = makeDoctor({ query: () => Promise.reject(new Error('it is away')) }, registered)
    const [report, same] = await Promise.all([doctor.test(), doctor.test()])
    expect(same).toBe(report)
    expect(report.state).toBe('failed')
    expect(report.findings.find(({ check }) => check === 'store')?.text).toBe('The embedded ClickHouse does not answer: it is away.')
    // Its routers come and go, once.
    expect(registered).toEqual([[], []])
    await doctor.stop()
  })
})
