// Runs the BGP driver inside a network namespace and does what its parent asks for: a process lives in one namespace only.
import { systemClock } from '../../dist/base/clock.js'
import { configSchema } from '../../dist/contract/config.js'
import { BgpDriver } from '../../dist/mitigate/bgp/bgp-driver.js'

const log = { info() {}, warn: ({ neighbor, reason }) => process.send({ told: { neighbor, reason } }) }
let driver

/** @param config `advertise.bgp` as a user writes it; the driver is made when it is started */
function makeDriver(config) {
  const { bgp } = configSchema.parse({ advertise: { bgp: config } }).advertise
  const settled = (id, direction, outcome) => process.send({ settled: { id, direction, outcome } })
  return new BgpDriver(bgp, { clock: systemClock, log, settled })
}

process.on('message', (request) => void answer(request))

/** `method` is one of the driver's. */
async function answer({ id, method, config, args }) {
  try {
    if (method === 'start') driver = makeDriver(config)
    process.send({ id, result: (await driver[method](...args)) ?? null })
  } catch (error) {
    process.send({ id, error: `${error.stack}` })
  }
}
process.on('disconnect', () => process.exit(0))
