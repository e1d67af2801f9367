// Texts of this part in the language of the page; written in en/first-steps.ts.
import { pageMessages } from './loaded.ts'

export const firstStepsMessages = pageMessages().firstSteps
