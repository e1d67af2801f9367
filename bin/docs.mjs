// `npm run docs`: writes the generated pages of docs/. With --check it changes nothing and fails when one is outdated.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { runChild } from './child.mjs'
import { attackVectorsPage, columnsPage, configurationPage, routersPage } from './docs-pages.mjs'
import { prepareOrExit, root } from './prepare.mjs'

const check = process.argv.includes('--check')

/** The same format as that of the pages that people write. */
async function formatted(name, page) {
  const folder = mkdtempSync(join(tmpdir(), 'drawbridge-docs-'))
  try {
    const file = join(folder, name)
    writeFileSync(file, page)
    await runChild(join(root, 'node_modules', '.bin', 'oxfmt'), ['-c', join(root, '.oxfmtrc.json'), file], { cwd: folder, label: 'oxfmt' })
    return readFileSync(file, 'utf8')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function writePage(name, page) {
  const path = join(root, 'docs', name)
  const wanted = await formatted(name, page)
  if (!check) writeFileSync(path, wanted)
  else if (readFileSync(path, 'utf8') !== wanted) {
    process.stderr.write(`docs/${name} is outdated; next: npm run docs\n`)
    process.exitCode = 1
  }
}

await prepareOrExit({ steps: ['packages', 'server'], quiet: true })
const { describeConfig } = await import('../dist/base/config-options.js')
const { flowColumns } = await import('../dist/contract/flow-columns.js')
const { attackVectors, ddosSensitivities } = await import('../dist/contract/attack-vectors.js')
const { routerGuides } = await import('../dist/setup/config/guides.js')
const { routerConfig } = await import('../dist/setup/config/render.js')
await writePage('configuration.md', configurationPage(describeConfig()))
await writePage('columns.md', columnsPage(flowColumns))
await writePage('attack-vectors.md', attackVectorsPage(attackVectors, ddosSensitivities))
await writePage('routers.md', routersPage(routerGuides, routerConfig))
