// What counting for advanced_ddos rules costs a collector thread, for each row.
import { AttackMeter } from '../../dist/collect/attack-meter.js'
import { createFlowBatch } from '../../dist/contract/flow-batch.js'
import { exportProtocol } from '../../dist/contract/flow-columns.js'
import { defaultRuleExtension } from '../../dist/contract/rule.js'
import { RuleMatcher } from '../../dist/enrich/rule-matcher.js'
import { compileRuleTable } from '../../dist/enrich/rule-table.js'
import { Random } from '../../dist/sim/random.js'

const rows = 20_000
const rowsPerSecond = 200_000
const seconds = 20
const mappedWord = 0xffff0000

function rule(type, prefix) {
  const extension = defaultRuleExtension
  return { id: type.padEnd(32, '0'), account: 1, name: type, type, prefixes: [prefix], extension }
}

/** Flows to `hosts` hosts of 203.0.0.0/16 from anywhere. */
function fill(hosts) {
  const batch = createFlowBatch(rows)
  const random = new Random(1)
  const { columns } = batch
  for (let row = 0; row < rows; row++) {
    const host = random.integer(0, hosts - 1)
    columns.src_addr.set([0, 0, mappedWord, random.integer(0, 2 ** 32 - 1)], row * 4)
    columns.dst_addr.set([0, 0, mappedWord, ((host & 255) << 24) | ((host >> 8) << 16) | 203], row * 4)
    columns.protocol[row] = row % 3 === 0 ? 17 : 6
    columns.tcp_flags[row] = 2
    columns.src_port[row] = random.integer(1, 65_535)
    columns.packets[row * 2] = 1
    columns.bytes[row * 2] = 100
    columns.sampling_rate[row] = 1000
    columns.export_protocol[row] = exportProtocol.sflow5
  }
  batch.rows = rows
  return batch
}

/** CPU nanoseconds for each row, seconds' ends and reports included. */
function cost(rules, hosts) {
  const batch = fill(hosts)
  const table = compileRuleTable(rules)
  const matcher = new RuleMatcher()
  matcher.match(table, batch, { from: 0, to: rows }, 1)
  const meter = new AttackMeter(1)
  let began = 0
  for (let second = 1; second <= seconds; second++) {
    // The first half is for the compiler.
    if (second === seconds / 2 + 1) began = process.cpuUsage().user
    meter.advance(second)
    for (let from = 0; from < rowsPerSecond; from += rows) meter.count(batch, { from: 0, to: rows }, { table, matcher })
    meter.take()
  }
  return ((process.cpuUsage().user - began) * 1000) / (rowsPerSecond * (seconds / 2))
}

/** CPU time of a row by case. */
export function attackCosts() {
  const ddos = [rule('advanced_ddos', '203.0.0.0/16')]
  return [
    { case: 'no advanced_ddos rule', 'ns a row': cost([rule('threshold', '203.0.0.0/16')], 65_536) },
    { case: 'rows to other prefixes', 'ns a row': cost([rule('advanced_ddos', '198.51.100.0/24')], 65_536) },
    { case: 'watched, one host', 'ns a row': cost(ddos, 1) },
    { case: 'watched, 250 hosts', 'ns a row': cost(ddos, 250) },
    { case: 'watched, 65 536 hosts at random', 'ns a row': cost(ddos, 65_536) },
  ]
}
