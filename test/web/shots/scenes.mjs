// Every page and state that there is to look at, by part of the dashboard. Empty and error states are made by answering requests.
import { advertisingShots } from './advertising.mjs'
import { captureShots } from './captures.mjs'
import { exploreShots } from './explore.mjs'
import { filteringShots } from './filtering.mjs'
import { overviewShots, serverGone } from './overview.mjs'
import { ruleShots } from './rules.mjs'
import { setUpShots } from './set-up.mjs'
import { settingsShots, signInShots } from './settings.mjs'

const systemShots = [
  { name: 'ledger', path: '/ledger', ready: 'dl' },
  { name: 'ledger-error', path: '/ledger', ready: '[role=alert]', prepare: serverGone },
]

/**
 * `name` of a scene is that of its files, `path` where it is (or a function of a page that finds it), `ready` what has to be
 * there, `prepare` answers requests, `act` is what somebody does then.
 */
export const parts = [
  { name: 'overview', title: 'Overview and routers', scenes: overviewShots },
  { name: 'explore', title: 'Explore', scenes: exploreShots },
  { name: 'rules', title: 'Rules, incidents, alerts', scenes: ruleShots },
  { name: 'advertising', title: 'Advertising', scenes: advertisingShots },
  { name: 'captures', title: 'Captures and agents', scenes: captureShots },
  { name: 'filtering', title: 'Signatures and firewall', scenes: filteringShots },
  { name: 'set-up', title: 'Set up a router', scenes: setUpShots },
  { name: 'settings', title: 'Settings', scenes: settingsShots },
  { name: 'system', title: 'Ledger and sign-in', scenes: [...systemShots, ...signInShots] },
]
