// What axe-core finds wrong in a page.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'

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
