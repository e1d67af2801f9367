// Takes pictures of scenes: several at a time, each in a browser context of its own.

/** Four looks of each scene. */
export const looks = ['light', 'dark'].flatMap((colorScheme) => [1440, 390].map((width) => ({ colorScheme, width, language: 'en' })))

async function shoot({ browser, url, state }, scene, { colorScheme, width, language }) {
  const context = await browser.newContext({
    baseURL: url,
    colorScheme,
    locale: language,
    viewport: { width, height: width < 600 ? 844 : 900 },
    hasTouch: width < 600,
    reducedMotion: 'reduce',
    ...(scene.signedOut ? {} : { storageState: state }),
  })
  try {
    const page = await context.newPage()
    page.on('pageerror', (error) => console.error(`${scene.name}: ${error.message}`))
    const path = typeof scene.path === 'string' ? scene.path : `${await scene.path(page)}${scene.query ?? ''}`
    await scene.prepare?.(page)
    await page.goto(path)
    // Rows are in the page twice, for wide and for narrow windows.
    await page.locator(`${scene.ready} >> visible=true`).first().waitFor({ timeout: 20_000 })
    await scene.act?.(page)
    // Lists and names come after the first answer; a quiet network cannot be waited for because the page polls. Some scenes are
    // of waiting itself.
    await page.waitForTimeout(1000)
    for (let tries = 0; tries < 20 && (await page.locator('main [aria-busy=true]').count()) > 0; tries++) await page.waitForTimeout(200)
    await page.waitForTimeout(500)
    // What sticks to the window stands at the top of the picture.
    await page.evaluate(() => globalThis.scrollTo(0, 0))
    return await page.screenshot({ fullPage: true })
  } finally {
    await context.close()
  }
}

/**
 * Pictures of scenes, so many at a time. What cannot be taken is said and left out.
 * @param setting `{browser, url, state}`
 * @param jobs `{scene, look}` each
 * @param take gets each job with its PNG
 * @returns names of the scenes that could not be taken
 */
export async function shootAll(setting, jobs, take, together = 3) {
  const failed = []
  const waiting = [...jobs]
  const work = async () => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      try {
        await take(job, await shoot(setting, job.scene, job.look))
      } catch (error) {
        failed.push(job.scene.name)
        console.error(`${job.scene.name}, ${job.look.colorScheme}, ${job.look.width}: ${error.message.split('\n', 1)[0]}`)
      }
    }
  }
  await Promise.all(Array.from({ length: together }, work))
  return [...new Set(failed)]
}
