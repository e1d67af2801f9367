// `capture preview` and `capture fields`: what a filter would catch, and what filters are made of.
import type { Command } from 'commander'
import type { CapturePreview } from '../contract/capture.ts'
import { addApiAndJsonFlags, ApiClient, type ApiFlagValues } from './api-client.ts'
import { addCaptureFlags, filterOf, placeBody, type CaptureAsked } from './capture-flags.ts'
import { capturesPath } from './capture-follow.ts'
import { fieldsText, previewText } from './capture-text.ts'

interface PreviewFlags extends ApiFlagValues, Omit<CaptureAsked, 'filter'> {
  readonly json?: boolean
}

export function addPreview(command: Command): void {
  addCaptureFlags(addApiAndJsonFlags(command.command('preview')), { seconds: 60 })
    .description('Say what a filter would catch now, and how agents would put it; nothing is captured')
    .argument('[filter...]', "which packets, like 'udp and dst port 53' (default: all)")
    .option('--full', 'of whole packets')
    .action(preview)
}

export function addFields(command: Command): void {
  command.command('fields').description('Show what filters are made of').action(fields)
}

async function preview(words: readonly string[], { json, ...flags }: PreviewFlags): Promise<void> {
  const body = placeBody({ ...flags, filter: filterOf(words) })
  const found = await new ApiClient(flags, ['captures:read']).call<CapturePreview>('POST', `${capturesPath}/preview`, body)
  process.stdout.write(json ? `${JSON.stringify(found)}\n` : previewText(found))
}

function fields(): void {
  process.stdout.write(fieldsText())
}
