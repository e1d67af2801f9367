// Texts of this part in the language of the page; written in en/audit.ts.
import { pageMessages } from './loaded.ts'

export const auditMessages = pageMessages().audit
