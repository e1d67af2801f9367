// What a sealed segment is: a file of flows on disk that waits for the store.

export interface SealedSegment {
  /** `<run>-<worker>-<sequence>`; also the token by which the store knows an insert that it has already made. */
  readonly name: string
  /** Run of the server that sealed it. */
  readonly run: string
  /** Absolute path of the Native file. */
  readonly path: string
  readonly rows: number
  /** Size of the file. */
  readonly bytes: number
  /** Flows by router address. */
  readonly routers: Readonly<Record<string, number>>
}

/** Becomes a file name and a part of SQL settings: letters, digits and dashes, nothing that a path or a text could be made of. */
const segmentName = /^[A-Za-z0-9]+-[A-Za-z0-9]+-[A-Za-z0-9]+$/

/** @throws RangeError for a name that is not `<run>-<worker>-<sequence>` */
export function checkSegmentName(name: string): void {
  if (name.length > 100 || !segmentName.test(name)) throw new RangeError(`${JSON.stringify(name)} is not a segment name`)
}
