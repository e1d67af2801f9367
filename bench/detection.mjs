// npm run bench -- detection: how soon each kind of rule notices an attack, and how often clean traffic sets it off.
import { runChild } from '../bin/child.mjs'
import { root } from '../bin/prepare.mjs'
import { attackCosts } from './lab/attack-cost.mjs'
import { detectionTable, judgingCost } from './lab/rule-detection.mjs'

function print(rows) {
  console.table(
    rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([key, value]) => [key, typeof value === 'number' ? Math.round(value * 100) / 100 : value]),
      ),
    ),
  )
}

console.log('threshold and zscore: firings in a clean day with a nightly backup and a flash crowd; seconds to notice an attack at noon')
print(await detectionTable())

console.log('\nWhat judging 1000 rules costs the main thread:')
for (const type of ['threshold', 'zscore']) for (const late of [0, 60]) print([await judgingCost(type, late)])

console.log('\nadvanced_ddos: what counting costs a collector thread')
print(attackCosts())

console.log(
  '\nadvanced_ddos: seconds to notice an attack of each vector and the captures of real ones; a clean day, one packet in 1000 sampled',
)
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'network', 'test/attacks']
await runChild(process.execPath, vitest, { cwd: root, show: true, env: { ...process.env, DRAWBRIDGE_TRIAL_SAMPLING: '1000' } })
