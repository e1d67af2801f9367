// The ways to the packets: files, a manifest with SHA-256, and commands for a terminal.
import { Button, LinkButton } from '@cloudflare/kumo/components/button'
import { DownloadSimpleIcon } from '@phosphor-icons/react/dist/csr/DownloadSimple'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Capture, CaptureManifest } from '../../contract/capture.ts'
import { downloadPath, manifestPath, manifestQuery } from '../api/capture-queries.ts'
import { messages } from '../messages.ts'
import { captureMessages } from '../messages/captures.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { WithAnswer } from '../shell/card-state.tsx'
import { CopyCommand } from '../shell/copy-command.tsx'
import { PermittedPart } from '../shell/permitted.tsx'
import { captureCommands, isOver, packetsText } from '../view/capture-view.ts'
import { formatBytes } from '../view/units.ts'

const text = captureMessages.page

interface CaptureProps {
  readonly capture: Capture
}

function Files({ capture }: CaptureProps) {
  const account = useAccount()
  const { id, agents } = capture
  return (
    <div className="flex flex-col gap-2">
      <span className="flex flex-wrap gap-2">
        <LinkButton href={downloadPath(account, id, 'pcap')} icon={DownloadSimpleIcon} download>
          {text.pcap}
        </LinkButton>
        <LinkButton href={downloadPath(account, id, 'pcapng')} icon={DownloadSimpleIcon} download>
          {text.pcapng}
        </LinkButton>
      </span>
      <p className="text-sm text-kumo-subtle">{text.pcapDetail}</p>
      {agents.length > 1 && (
        <p className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
          {agents
            .filter(({ packets }) => packets > 0)
            .map(({ agent, name }) => (
              <a
                key={agent}
                href={downloadPath(account, id, 'pcap', agent)}
                download
                className="rounded-sm text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand"
              >
                {text.downloadAgent(name)}
              </a>
            ))}
        </p>
      )}
    </div>
  )
}

function Sum({ name, what, sha256 }: { readonly name: string; readonly what: string; readonly sha256: string }) {
  return (
    <li className="flex min-w-0 flex-col text-sm">
      <span className="text-kumo-default">
        {name} <span className="text-kumo-subtle tabular-nums">{what}</span>
      </span>
      <span className="font-mono text-xs break-all text-kumo-subtle">{sha256}</span>
    </li>
  )
}

function Sums({ manifest }: { readonly manifest: CaptureManifest }) {
  const account = useAccount()
  const { file, parts, capture } = manifest
  return (
    <div className="flex flex-col gap-2">
      <ul className="flex flex-col gap-2">
        <Sum name={text.manifestFile} what={messages.list([packetsText(file.packets), formatBytes(file.bytes)])} sha256={file.sha256} />
        {parts.map((part) => (
          <Sum key={part.agent} name={part.name} what={packetsText(part.packets)} sha256={part.sha256} />
        ))}
      </ul>
      <a
        href={manifestPath(account, capture.id)}
        download={`capture-${capture.id}.json`}
        className="self-start rounded-sm text-sm text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand"
      >
        {text.manifestJson}
      </a>
    </div>
  )
}

function Manifest({ capture }: CaptureProps) {
  const [asked, setAsked] = useState(false)
  const query = useQuery({ ...manifestQuery(useAccount(), capture.id), enabled: asked })
  return (
    <div className="flex flex-col gap-2 border-t border-kumo-hairline pt-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="text-base font-medium text-kumo-default">{text.manifest}</h3>
        {!asked && (
          <Button size="sm" onClick={() => setAsked(true)}>
            {text.manifestShow}
          </Button>
        )}
      </div>
      {asked ? (
        <WithAnswer query={query}>{(manifest) => <Sums manifest={manifest} />}</WithAnswer>
      ) : (
        <p className="text-sm text-kumo-subtle">{text.manifestDetail}</p>
      )}
    </div>
  )
}

function Commands({ capture }: CaptureProps) {
  const commands = captureCommands(capture)
  if (commands.length === 0) return null
  return (
    <div className="flex flex-col gap-2 border-t border-kumo-hairline pt-3">
      <h3 className="text-base font-medium text-kumo-default">{text.commands}</h3>
      <dl className="flex flex-col gap-2">
        {commands.map(([kind, command]) => (
          <div key={kind} className="flex min-w-0 flex-col items-start gap-1">
            <dt className="text-sm text-kumo-subtle">{text.commandTexts[kind]}</dt>
            <dd className="max-w-full">
              <CopyCommand command={command} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

/** Why there is nothing to download. */
function nothingText({ destination_conf, ...capture }: Capture): string {
  if (isOver(capture) && capture.packets === 0) return captureMessages.packetList.noneEnded
  if (!isOver(capture)) return destination_conf === null ? text.notYet : text.inBucketOnly
  return destination_conf === null ? text.notDownloadable : text.inBucketOnly
}

export function DownloadCard({ capture }: CaptureProps) {
  const ready = capture.downloadable && isOver(capture)
  return (
    <Card title={text.download}>
      <div className="flex flex-col gap-3">
        {ready ? (
          <PermittedPart scope="captures:packets">
            <Files capture={capture} />
            <Manifest capture={capture} />
          </PermittedPart>
        ) : (
          <p className="text-base text-kumo-subtle">{nothingText(capture)}</p>
        )}
        <Commands capture={capture} />
      </div>
    </Card>
  )
}
