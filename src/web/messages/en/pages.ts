// The texts of all pages in English; they come right after the first paint.
import { advertisingMessages } from './advertising.ts'
import { alertMessages } from './alerts.ts'
import { auditMessages } from './audit.ts'
import { captureMessages } from './captures.ts'
import { exploreMessages } from './explore.ts'
import { firewallMessages } from './firewall.ts'
import { firstStepsMessages } from './first-steps.ts'
import { graphiqlMessages } from './graphiql.ts'
import { incidentMessages } from './incidents.ts'
import { ledgerMessages } from './ledger.ts'
import { overviewMessages } from './overview.ts'
import { routerMessages } from './router.ts'
import { routersMessages } from './routers.ts'
import { ruleMessages } from './rules.ts'
import { serverSettingsMessages } from './server-settings.ts'
import { setUpMessages } from './set-up.ts'
import { settingsMessages } from './settings.ts'
import { signInMessages } from './sign-in.ts'
import { shellMessages } from './shell.ts'
import { signatureMessages } from './signatures.ts'
import { tokenMessages } from './tokens.ts'
import { unregisteredMessages } from './unregistered.ts'
import { whyMessages } from './why.ts'

export const pageMessages = {
  advertising: advertisingMessages,
  alerts: alertMessages,
  audit: auditMessages,
  captures: captureMessages,
  explore: exploreMessages,
  firewall: firewallMessages,
  firstSteps: firstStepsMessages,
  graphiql: graphiqlMessages,
  incidents: incidentMessages,
  ledger: ledgerMessages,
  overview: overviewMessages,
  router: routerMessages,
  routers: routersMessages,
  rules: ruleMessages,
  serverSettings: serverSettingsMessages,
  setUp: setUpMessages,
  settings: settingsMessages,
  signIn: signInMessages,
  shell: shellMessages,
  signatures: signatureMessages,
  tokens: tokenMessages,
  unregistered: unregisteredMessages,
  why: whyMessages,
} as const
