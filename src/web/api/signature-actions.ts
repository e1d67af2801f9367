// What the pages ask for about signatures: upload a capture, derive, edit and remove.
import type { Signature, SignatureAsk } from '../../contract/signature.ts'
import { ApiFailure, readEnvelope, request } from './envelope.ts'
import { drawbridgePath } from './queries.ts'

/** Where packets come from, as the API takes it. */
export type PacketsBody =
  | { readonly capture: string }
  | { readonly incident: string }
  | { readonly file: string }
  | { readonly samples: { readonly from: string; readonly to: string; readonly filter?: string } }

/** Body of a request for a signature. What is left out gets the server's default. `before`: samples of so many hours before the attack. */
export interface SignatureBody extends Partial<SignatureAsk> {
  readonly attack: PacketsBody
  readonly baseline: PacketsBody | { readonly before: number } | null
  readonly name?: string
}

/** @throws ApiFailure, with the field that is at fault */
export function deriveSignature(account: string, body: SignatureBody): Promise<Signature> {
  return request({ method: 'POST', path: drawbridgePath(account, 'signatures'), body })
}

export interface SignatureEdit {
  readonly name?: string
  /** Text in the filter language; null is the learnt one again. */
  readonly filter?: string | null
}

/** Another filter is measured anew. @throws ApiFailure, with the place of a fault in the filter */
export function editSignature(account: string, id: string, edit: SignatureEdit): Promise<Signature> {
  return request({ method: 'PATCH', path: drawbridgePath(account, `signatures/${id}`), body: edit })
}

export async function removeSignature(account: string, id: string): Promise<void> {
  await request({ method: 'DELETE', path: drawbridgePath(account, `signatures/${id}`) })
}

export interface UploadedFile {
  /** 32 hex digits. */
  readonly id: string
  readonly name: string
  readonly bytes: number
}

/**
 * Sends a capture file. By XMLHttpRequest, because fetch does not tell how much of a body has gone.
 * @param progress told how much has gone, 0 to 1
 * @throws ApiFailure
 */
export function uploadCapture(
  account: string,
  file: File,
  { progress, signal }: { readonly progress: (share: number) => void; readonly signal: AbortSignal },
): Promise<UploadedFile> {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest()
    sending.open('POST', drawbridgePath(account, `signatures/files?name=${encodeURIComponent(file.name)}`))
    sending.setRequestHeader('accept', 'application/json')
    sending.setRequestHeader('content-type', 'application/octet-stream')
    sending.upload.addEventListener('progress', ({ loaded, total }) => progress(total === 0 ? 1 : loaded / total))
    sending.addEventListener('error', () => reject(new ApiFailure(0, 0, '')))
    sending.addEventListener('abort', () => reject(new DOMException('given up', 'AbortError')))
    sending.addEventListener('load', () => {
      try {
        resolve(readEnvelope(sending.status, sending.responseText)?.result as UploadedFile)
      } catch (error) {
        reject(error instanceof Error ? error : new ApiFailure(sending.status, 0, ''))
      }
    })
    signal.addEventListener('abort', () => sending.abort())
    sending.send(file)
  })
}
