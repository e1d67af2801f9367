// Texts of this part in the language of the page; written in en/signatures.ts.
import { pageMessages } from './loaded.ts'

export const signatureMessages = pageMessages().signatures
