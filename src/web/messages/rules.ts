// Texts of this part in the language of the page; written in en/rules.ts.
import { pageMessages } from './loaded.ts'

export const ruleMessages = pageMessages().rules
