// `npm start [-- flags]`: installs and builds what is needed, then is the server, so signals and exit code are its own.
import { pathToFileURL } from 'node:url'

import { mainProgram, prepareOrExit } from './prepare.mjs'

await prepareOrExit()
process.argv.splice(1, 1, mainProgram, 'serve')
await import(pathToFileURL(mainProgram).href)
