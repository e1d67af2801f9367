#!/usr/bin/env node
// The `drawbridge` command. In a checkout it first builds what changed, without a word, so that its output stays clean.
import { pathToFileURL } from 'node:url'

import { isCheckout, mainProgram, prepareOrExit } from './prepare.mjs'

// Only the server shows the web page.
const steps = process.argv[2] === 'serve' ? ['packages', 'server', 'web'] : ['packages', 'server']
if (isCheckout) await prepareOrExit({ steps, quiet: true })
process.argv[1] = mainProgram
await import(pathToFileURL(mainProgram).href)
