// The texts of all pages in Japanese.
export { pageMessages } from '../en/pages.ts'
