// `npm run contact-sheet [-- --url URL --secret SECRET] [--only PART]`: pictures of every page and state of the dashboard, light
// and dark, wide and narrow, on one sheet for each part: docs/images/pages/PART.webp, listed in docs/pages.md.
// Without a server it starts the demo in a temporary folder and lets it run until there is something to see.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { launchChromium, signInState } from '../test/web/chromium.mjs'
import { shootAll } from '../test/web/shoot.mjs'
import { parts } from '../test/web/shots/scenes.mjs'
import { prepareOrExit, root } from './prepare.mjs'

const { values } = parseArgs({ options: { url: { type: 'string' }, secret: { type: 'string' }, only: { type: 'string' } } })
const folder = join(root, 'docs', 'images', 'pages')
/** Charts of the first page show five minutes. */
const warmSeconds = 240
const say = (line) => process.stderr.write(`${line}\n`)

/** Runs in the page of the sheet: draws the pictures of each scene beside each other under its name, two scenes in a row, as WebP. */
async function drawSheet({ cells, wide, narrow, height }) {
  const margin = 16
  const caption = 26
  const cell = { width: wide + narrow + 2 * margin, height: height + caption + margin }
  const canvas = document.createElement('canvas')
  canvas.width = margin + 2 * cell.width
  canvas.height = margin + Math.ceil(cells.length / 2) * cell.height
  const pen = canvas.getContext('2d')
  pen.imageSmoothingQuality = 'high'
  pen.fillStyle = '#e8eaed'
  pen.fillRect(0, 0, canvas.width, canvas.height)
  for (const [index, { name, pictures }] of cells.entries()) {
    const top = margin + Math.floor(index / 2) * cell.height
    let left = margin + (index % 2) * cell.width
    pen.fillStyle = '#1f2328'
    pen.font = '600 15px sans-serif'
    pen.fillText(name, left, top + 17)
    for (const { png, width } of pictures) {
      const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob())
      const shown = Math.min(image.height, (height * image.width) / width)
      pen.drawImage(image, 0, 0, image.width, shown, left, top + caption, width, (shown * width) / image.width)
      left += width + margin
    }
  }
  return canvas.toDataURL('image/webp', 0.8).split(',')[1]
}

const wide = 480
const narrow = 130

/** What is shown of a scene: the wide page and the narrow one, one light and one dark. */
const pairs = {
  usual: [
    { colorScheme: 'light', width: 1440, language: 'en' },
    { colorScheme: 'dark', width: 390, language: 'en' },
  ],
  turned: [
    { colorScheme: 'dark', width: 1440, language: 'en' },
    { colorScheme: 'light', width: 390, language: 'en' },
  ],
  japanese: [
    { colorScheme: 'light', width: 1440, language: 'ja' },
    { colorScheme: 'dark', width: 390, language: 'ja' },
  ],
}

/** Every scene once; those that are shown without pressing anything by an English name also dark and in Japanese, one of each page. */
function cellsOf(scenes) {
  const seen = new Set()
  return scenes.flatMap((scene) => {
    const page = String(scene.path).split('?', 1)[0]
    const first = scene.act === undefined && scene.prepare === undefined && !seen.has(page)
    if (first) seen.add(page)
    const cell = (name, looks) => ({ scene, name, looks })
    const usual = cell(scene.name, pairs.usual)
    return first ? [usual, cell(`${scene.name}, dark`, pairs.turned), cell(`${scene.name}, Japanese`, pairs.japanese)] : [usual]
  })
}

/** What has to be there is often told by an English text; in Japanese the heading has to do. */
const readyIn = (scene, language) => (language === 'ja' ? { ...scene, ready: scene.signedOut ? 'form' : 'main h1, main h2' } : scene)

async function sheetOf(setting, part) {
  const cells = cellsOf(part.scenes).map((cell) => ({ ...cell, pictures: [] }))
  const jobs = cells.flatMap((cell) => cell.looks.map((look, place) => ({ cell, place, look, scene: readyIn(cell.scene, look.language) })))
  const failed = await shootAll(setting, jobs, ({ cell, place, look }, png) => {
    cell.pictures[place] = { png: png.toString('base64'), width: look.width < 600 ? narrow : wide }
  })
  const page = await setting.browser.newPage()
  const shown = cells.map(({ name, pictures }) => ({ name, pictures: pictures.filter((picture) => picture !== undefined) }))
  const webp = await page.evaluate(drawSheet, { cells: shown, wide, narrow, height: 330 })
  await page.close()
  writeFileSync(join(folder, `${part.name}.webp`), Buffer.from(webp, 'base64'))
  say(`${part.title}: ${cells.length} scenes${failed.length === 0 ? '' : `; not taken: ${failed.join(', ')}`}`)
  if (failed.length > 0) process.exitCode = 1
}

function pageText() {
  const drawn = parts.filter(({ name }) => existsSync(join(folder, `${name}.webp`)))
  const list = drawn.map(
    ({ name, title, scenes }) => `## ${title}\n\n${scenes.length} pages and states.\n\n![${title}](images/pages/${name}.webp)\n`,
  )
  return `# Every page and state\n\nLight at 1440 pixels, dark at 390; each page also the other way round and in Japanese. Made by \`npm run contact-sheet\` from the demo,\nwith answers of its own where a state is rare.\n\n${list.join('\n')}`
}

/** The demo on free ports, with its sign-in link. */
async function startDemo() {
  const data = mkdtempSync(join(tmpdir(), 'drawbridge-sheet-'))
  const set = ['http.port=0', 'collect.listen=127.0.0.1:0', 'log.level=warn'].flatMap((setting) => ['--set', setting])
  const child = spawn(join(root, 'bin', 'drawbridge'), ['serve', '--demo', '--data', data, ...set], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const stop = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await ended
    rmSync(data, { recursive: true, force: true })
  }
  const [url, secret] = await new Promise((resolve, reject) => {
    let text = ''
    child.once('exit', (code) => reject(new Error(`the demo ended with code ${code}`)))
    child.stdout.on('data', (chunk) => {
      text += chunk
      const link = /(http:\/\/\S+)\/sign-in#(\S+)/.exec(text)
      if (link !== null) resolve([link[1], decodeURIComponent(link[2])])
    })
  })
  say(`the demo runs; pictures in ${warmSeconds} s, when its charts are full`)
  await new Promise((resolve) => setTimeout(resolve, warmSeconds * 1000))
  return { url, secret, stop }
}

await prepareOrExit()
mkdirSync(folder, { recursive: true })
const server = values.url === undefined ? await startDemo() : { url: values.url, secret: values.secret, stop: async () => {} }
const browser = await launchChromium()
try {
  const state = await signInState(browser, server.url, server.secret)
  for (const part of parts)
    if (values.only === undefined || values.only === part.name) await sheetOf({ browser, url: server.url, state }, part)
  writeFileSync(join(root, 'docs', 'pages.md'), pageText())
} finally {
  await browser.close()
  await server.stop()
}
