// The pages that are timed, and what people do on them. `ready` is what a page is for, not its frame.

const row = (start) => `main a[href^="${start}"]:not([href$="/new"])`
const chart = 'main canvas'

/** Pages of a large installation; those of single things take the first that there is. */
export async function pages(server) {
  const account = `/accounts/${server.account}`
  const [rule] = await server.api('GET', `${account}/mnm/rules`)
  const [incident] = await server.api('GET', `${account}/drawbridge/incidents?page=1&per_page=1`)
  const ranged = ['5m', '1h', '24h', '7d', '30d'].map((range) => ({ name: `overview, ${range}`, where: `/?range=${range}`, ready: chart }))
  const asked = ['24h', '30d'].map((range) => ({
    name: `explore, ${range}`,
    where: `/explore?range=${range}&by=sourceAS,destinationPort`,
    ready: 'main tbody tr',
  }))
  return [
    ...ranged,
    ...asked,
    { name: 'routers', where: '/routers', ready: 'main tbody tr' },
    { name: 'router, 24h', where: '/routers/127.0.0.1?range=24h', ready: chart },
    { name: 'rules', where: '/rules', ready: row('/rules/') },
    { name: 'rule', where: `/rules/${rule.id}`, ready: 'form' },
    { name: 'new rule', where: '/rules/new', ready: 'form' },
    { name: 'incidents', where: '/incidents', ready: row('/incidents/') },
    { name: 'incident', where: `/incidents/${incident.id}`, ready: chart },
    { name: 'alerts', where: '/alerts', ready: 'main h2' },
    { name: 'advertising', where: '/advertisements', ready: 'main h2' },
    { name: 'ledger', where: '/ledger', ready: 'main dl' },
  ]
}

/** Each is done several times on one page; `run` tells them apart. Done is when the answer is to be seen. */
export const interactions = [
  {
    name: 'rules: type into the search',
    where: '/rules',
    ready: row('/rules/'),
    act: async (page, run) => {
      await page.getByRole('searchbox').first().fill(`bench-9${run}`)
      await page
        .locator(row('/rules/'))
        .filter({ hasText: `bench-9${run}` })
        .first()
        .waitFor()
      await page.locator(row('/rules/')).filter({ hasText: 'bench-1' }).first().waitFor({ state: 'detached' })
    },
  },
  {
    name: 'incidents: next page',
    where: '/incidents',
    ready: row('/incidents/'),
    act: async (page) => {
      const first = await page.locator(row('/incidents/')).first().getAttribute('href')
      await page.getByRole('button', { name: 'Next page' }).click()
      // A row is a link twice: for wide and for narrow windows.
      await page.locator(`main a[href="${first}"]`).first().waitFor({ state: 'detached' })
    },
  },
  {
    name: 'overview: another range',
    where: '/?range=1h',
    ready: chart,
    act: async (page, run) => {
      const range = ['24 h', '1 h', '6 h'][run % 3]
      const answered = page.waitForResponse((response) => response.url().includes('graphql'))
      await page.getByRole('tab', { name: range, exact: true }).click()
      await answered
    },
  },
  {
    name: 'from rules to incidents by the menu',
    where: '/rules',
    ready: row('/rules/'),
    act: async (page) => {
      await page
        .getByRole('navigation', { name: 'Pages' })
        .getByRole('link', { name: /^Incidents/ })
        .click()
      await page.locator(row('/incidents/')).first().waitFor()
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Rules' }).click()
      await page.locator(row('/rules/')).first().waitFor()
    },
  },
]
