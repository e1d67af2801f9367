// Writes a PNG of every page and state: light and dark, 1440 and 390 pixels wide.
//   node test/web/screenshots.mjs --url http://127.0.0.1:8080 --secret SECRET --out DIR [--only START] [--language ja]
// The secret is that of a sign-in link, or an API token.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { launchChromium, signInState } from './chromium.mjs'
import { looks, shootAll } from './shoot.mjs'
import { parts } from './shots/scenes.mjs'

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    secret: { type: 'string' },
    out: { type: 'string' },
    only: { type: 'string', default: '' },
    language: { type: 'string', default: 'en' },
  },
})
const { url, secret, out, only, language } = values
if (url === undefined || secret === undefined || out === undefined) {
  console.error('usage: node test/web/screenshots.mjs --url http://127.0.0.1:8080 --secret SECRET --out DIR [--only START] [--language ja]')
  process.exit(2)
}

mkdirSync(out, { recursive: true })
const scenes = parts.flatMap((part) => part.scenes).filter(({ name }) => name.startsWith(only))
const jobs = scenes.flatMap((scene) => looks.map((look) => ({ scene, look: { ...look, language } })))
const browser = await launchChromium()
try {
  const state = await signInState(browser, url, secret)
  const failed = await shootAll({ browser, url, state }, jobs, ({ scene, look }, png) => {
    writeFileSync(join(out, `${scene.name}-${look.colorScheme}-${look.width}.png`), png)
  })
  console.log(`${jobs.length} pictures in ${out}${failed.length === 0 ? '' : `; not taken: ${failed.join(', ')}`}`)
  process.exitCode = failed.length === 0 ? 0 : 1
} finally {
  await browser.close()
}
