// The texts of all pages in English; they come right after the first paint.
import { advertisingMessages } from './advertising.ts'
import { alertMessages } from './alerts.ts'
import { captureMessages } from './captures.ts'
import { exploreMessages } from './explore.ts'
import { firewallMessages } from './firewall.ts'
import { firstStepsMessages } from './first-steps.ts'
import { graphiqlMessages } from './graphiql.ts'
import { incidentMessages } from './incidents.ts'
import { ledgerMessages } from './ledger.ts'
import { routerMessages } from './router.ts'
import { ruleMessages } from './rules.ts'
import { setUpMessages } from './set-up.ts'
import { signatureMessages } from './signatures.ts'
import { unregisteredMessages } from './unregistered.ts'
import { whyMessages } from './why.ts'

export const pageMessages = {
  advertising: advertisingMessages,
  alerts: alertMessages,
  captures: captureMessages,
  explore: exploreMessages,
  firewall: firewallMessages,
  firstSteps: firstStepsMessages,
  graphiql: graphiqlMessages,
  incidents: incidentMessages,
  ledger: ledgerMessages,
  router: routerMessages,
  rules: ruleMessages,
  setUp: setUpMessages,
  signatures: signatureMessages,
  unregistered: unregisteredMessages,
  why: whyMessages,
} as const
