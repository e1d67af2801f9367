// `npm run build`: installs and builds what changed. `-- --force` builds everything anew.
import { rmSync } from 'node:fs'
import { join } from 'node:path'

import { prepareOrExit, root } from './prepare.mjs'

if (process.argv.includes('--force')) {
  for (const name of ['.server-stamp', '.web-stamp', '.tsbuildinfo']) rmSync(join(root, 'dist', name), { force: true })
}
await prepareOrExit()
