// `npm run bench -- NAME [args]`: builds what changed and runs bench/NAME.mjs, which imports from dist.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { prepareOrExit, root } from './prepare.mjs'

const folder = join(root, 'bench')
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.mjs'))
  .map((file) => file.slice(0, -'.mjs'.length))
const [name = ''] = process.argv.slice(2)
const program = join(folder, `${name}.mjs`)
if (!existsSync(program)) {
  process.stderr.write(`usage: npm run bench -- NAME [args]\nbenchmarks: ${names.join(', ')}\n`)
  process.exit(2)
}
await prepareOrExit({ steps: ['packages', 'server', 'web'] })
process.argv.splice(1, 2, program)
await import(pathToFileURL(program).href)
