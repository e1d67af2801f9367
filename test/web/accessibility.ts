// What axe-core finds wrong in a page, and whether it fits its screen.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'
import { until } from '../lab/poll.ts'

// A page reads this in half the time of the legible source that the package exports.
const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Of what is in order axe would work out selectors too, and it would load style sheets again for rules that are off. */
const violationsOnly: RunOptions = { resultTypes: ['violations'], preload: false }

/**
 * Accessibility violations as `rule: selector`. Evaluating is not bound by the page's content security policy.
 * @param colorScheme what a page says and how it is built is the same in both: of the dark one the contrasts are looked at
 * @param without selectors of what is not looked at: parts that others have made
 */
export async function violations(page: Page, colorScheme: 'light' | 'dark', without: readonly string[] = []): Promise<string[]> {
  await page.evaluate(source)
  const rules: RunOptions = colorScheme === 'light' ? {} : { runOnly: ['color-contrast', 'scrollable-region-focusable'] }
  const context = JSON.stringify({ exclude: without.map((selector) => [selector]) })
  const result = await page.evaluate<AxeResults>(`axe.run(${context}, ${JSON.stringify({ ...violationsOnly, ...rules })})`)
  return result.violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
  )
}

/** A page is looked at as it was loaded, in the light and on a wide screen, and in the dark on a telephone. */
const dark = { width: 390, height: 900 }

/**
 * All that is wrong with a page in both looks, which is then in the light and as wide as it was.
 * @param without selectors of what is not looked at
 */
export async function faults(page: Page, without: readonly string[] = []): Promise<string[]> {
  const size = page.viewportSize() ?? dark
  await loaded(page)
  const found = [...(await violations(page, 'light', without)), ...(await overflow(page))]
  await page.setViewportSize(dark)
  await inMode(page, 'dark')
  await loaded(page)
  found.push(...(await violations(page, 'dark', without)), ...(await overflow(page)))
  await page.setViewportSize(size)
  await inMode(page, 'light')
  return found
}

/** Waits until no part of the page says that it is loading. */
export async function loaded(page: Page): Promise<void> {
  await until('the end of loading', async () => ((await page.locator('[aria-busy=true]').count()) === 0 ? true : undefined))
}

const endOfTransitions = `Promise.all(
  document.getAnimations().filter((animation) => animation instanceof CSSTransition).map(({ finished }) => finished.catch(() => {})),
)`

async function inMode(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  await page.locator(`html[data-mode=${colorScheme}]`).waitFor()
  // Colours on their way from one look to the other are of neither.
  await page.evaluate(endOfTransitions)
}

async function overflow(page: Page): Promise<string[]> {
  const [needed, has] = await page.evaluate<[number, number]>('[document.documentElement.scrollWidth, window.innerWidth]')
  return needed > has ? [`${needed} pixels wide on a screen of ${has}`] : []
}
