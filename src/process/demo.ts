// The demo: registers the simulated routers and their prefixes with the first account, adds rules and starts the routers.
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { editRouter } from '../app/router/edit.ts'
import { registerRouter } from '../app/router/register.ts'
import { localPrincipal } from '../app/account/first-run.ts'
import type { AdvertisingContext, RouterContext, RuleContext } from '../app/context.ts'
import { demoRegistrations } from '../sim/demo-routers.ts'
import { addDemoPrefixes, addDemoRules } from './demo-rules.ts'
import { Simulator } from '../sim/simulator.ts'

export interface DemoDependencies {
  readonly context: RouterContext & RuleContext & AdvertisingContext
  readonly clock: Clock
  readonly log: Log
  /** UDP port of the collectors on loopback. */
  readonly port: number
}

/** @returns the running simulator */
export async function startDemo({ context, clock, log, port }: DemoDependencies): Promise<Simulator> {
  const principal = await localPrincipal(context)
  for (const { address, name } of demoRegistrations()) {
    const router = await registerRouter(context, principal, { address })
    if (router.name === '') await editRouter(context, principal, { text: address, body: { name } })
  }
  await addDemoPrefixes(context, principal)
  await addDemoRules(context, principal)
  const simulator = new Simulator({ host: '127.0.0.1', port }, { clock, log })
  await simulator.start()
  return simulator
}
