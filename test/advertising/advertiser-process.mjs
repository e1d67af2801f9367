// Runs state, advertiser and BGP driver inside a network namespace, does what its parent asks for, and dies when it is told to.
import { randomBytes } from 'node:crypto'

import { systemClock } from '../../dist/base/clock.js'
import { configSchema } from '../../dist/contract/config.js'
import { Advertiser } from '../../dist/mitigate/advertiser.js'
import { BgpDriver } from '../../dist/mitigate/bgp/bgp-driver.js'
import { openState } from '../../dist/store/state.js'

const log = { info() {}, warn() {}, error: (fields, message) => process.send({ failure: `${message}: ${JSON.stringify(fields)}` }) }
let advertiser
let death

/** As from outside at this very moment: nothing after it runs. */
function die() {
  process.kill(process.pid, 'SIGKILL')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

function reach(step) {
  if (death?.step === step && --death.count === 0) die()
}

/** Around a driver: the steps before it is told, and after it has answered. */
function watched(driver) {
  const told = (direction) => async (route) => {
    reach('telling')
    const outcome = await driver[direction](route)
    reach('told')
    return outcome
  }
  return {
    name: driver.name,
    purposes: driver.purposes,
    async start(routes) {
      reach('beginning')
      await driver.start(routes)
      reach('begun')
    },
    announce: told('announce'),
    withdraw: told('withdraw'),
    preview: (route) => driver.preview(route),
    status: () => driver.status(),
    stop: () => driver.stop(),
  }
}

const methods = {
  async start({ file, bgp, kill }) {
    death = kill
    const { advertise } = configSchema.parse({ advertise: { bgp } })
    const { db } = await openState(file)
    const driver = new BgpDriver(advertise.bgp, { clock: systemClock, log, settled: (...told) => advertiser.settled(...told) })
    const newId = () => randomBytes(16).toString('hex')
    const deps = { state: db, clock: systemClock, log, drivers: [watched(driver)], isBreaching: () => false, newId }
    advertiser = new Advertiser({ advertise, retentionDays: 400 }, deps)
    advertiser.onChange(({ change }) => reach(['announcing', 'withdrawing'].includes(change.to) ? 'written' : 'recorded'))
    await advertiser.start()
  },
  async arm({ kill }) {
    death = kill
    if (kill.afterMs !== undefined) setTimeout(die, kill.afterMs)
  },
  announce: ({ request }) => advertiser.announce(request),
  release: ({ id, actor }) => advertiser.release(1, id, actor),
  list: () => advertiser.list(1, { state: 'current', limit: 100, offset: 0 }),
  status: () => advertiser.status(1),
}

async function answer({ id, method, args }) {
  try {
    process.send({ id, result: (await methods[method](args)) ?? null })
  } catch (error) {
    process.send({ id, error: `${error.stack}` })
  }
}

process.on('message', (request) => void answer(request))
process.on('disconnect', () => process.exit(0))
