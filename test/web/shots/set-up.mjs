// The page Set-up for screenshots: its states, made by answering requests, and what is pressed before.
import * as settingUp from '../set-up-answers.mjs'
import { envelope, forbidden, refusal, unavailable } from './answers.mjs'

const forVyos = '/set-up?guide=vyos&variant=1.4&collector=192.0.2.10&router=192.0.2.1&interfaces=eth0'
const steps = 'ol[aria-label=Steps]'
const commands = 'text=Good to know'
const paths = ['router-configs', 'router-configs/*', 'router-checks', 'router-checks/*']

const route = (page, path, answer) => page.route(`**/client/v4/accounts/*/drawbridge/${path}`, answer)

async function searchGuide(page) {
  await page.getByRole('combobox', { name: 'Router or program that sends' }).fill('catalyst')
  await page.getByRole('option').first().waitFor()
}

async function explainAll(page) {
  await page.getByRole('switch', { name: 'What each line does' }).click()
  await page.getByText('Why these values').click()
  await page.getByRole('button', { name: 'Take everything back' }).click()
}

async function openTemplates(page) {
  await page.getByRole('button', { name: '2 templates' }).click()
}

/** A sign-in that may look only. */
async function readOnly(page) {
  await page.route('**/drawbridge/status', async (route) => {
    const response = await route.fetch()
    const answer = await response.json()
    await route.fulfill({ response, json: { ...answer, result: { ...answer.result, scopes: ['mnm:read'] } } })
  })
}

/** As the answers tell, with some of them replaced. */
const answering =
  (answers = {}) =>
  async (page) => {
    const { guides, config, check } = {
      config: envelope(settingUp.config),
      guides: settingUp.guides,
      check: settingUp.waiting,
      ...answers,
    }
    await route(page, 'router-configs', (route) => route.fulfill(envelope(guides)))
    await route(page, 'router-configs/*', (route) => route.fulfill(config))
    for (const path of ['router-checks', 'router-checks/*']) await route(page, path, (route) => route.fulfill(envelope(check)))
    await route(page, 'routers', (route) => route.fulfill(envelope(settingUp.routers)))
  }
const always = (answer) => async (page) => {
  for (const path of paths) await route(page, path, answer)
}
const checked = (name, check, act) => ({ name, path: forVyos, ready: commands, prepare: answering({ check }), ...(act && { act }) })
const mistake = {
  code: 20071,
  message: 'Invalid router configuration: interfaces must be names as eth0 or GigabitEthernet0/0/0',
  source: { pointer: '/interfaces' },
}
const noAccess = refusal(403, forbidden)

export const setUpShots = [
  { name: 'set-up-empty', path: '/set-up', ready: steps, prepare: answering({ check: settingUp.anybody }) },
  { name: 'set-up-search', path: '/set-up', ready: steps, prepare: answering({ check: settingUp.anybody }), act: searchGuide },
  checked('set-up-waiting', settingUp.waiting),
  checked('set-up-explained', settingUp.waiting, explainAll),
  checked('set-up-wrong-port', settingUp.wrongPort),
  checked('set-up-unregistered', settingUp.unregistered),
  checked('set-up-faulty', settingUp.faulty, openTemplates),
  checked('set-up-green', settingUp.green),
  {
    name: 'set-up-read-only',
    path: forVyos,
    ready: commands,
    prepare: async (page) => {
      await answering({ check: settingUp.unregistered })(page)
      await readOnly(page)
    },
  },
  {
    name: 'set-up-clicks',
    path: '/set-up?guide=pfsense',
    ready: 'text=Install softflowd',
    prepare: answering({ config: envelope(settingUp.clicks) }),
  },
  { name: 'set-up-mistake', path: `${forVyos},;`, ready: '[aria-invalid=true]', prepare: answering({ config: refusal(400, mistake) }) },
  { name: 'set-up-loading', path: '/set-up', ready: '[aria-busy=true]', prepare: always(() => {}) },
  { name: 'set-up-error', path: forVyos, ready: '[role=alert]', prepare: always((route) => route.fulfill(unavailable)) },
  { name: 'set-up-forbidden', path: forVyos, ready: '[role=alert]', prepare: always((route) => route.fulfill(noAccess)) },
]
