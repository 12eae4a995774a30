import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'

const NEWLINE = 10
const RETURN = 13
const QUOTE = 34

/** How the records of a CSV file are told apart. */
export interface Records {
  readonly path: string
  readonly separator: string
  readonly encoding: 'utf-8' | 'latin-1' | 'utf-16'
  /** May a quoted field hold a line break? Where it may not, an unclosed quote spoils one row and not the rest. */
  readonly spanning: boolean
}

/** The file's bytes; unpacked when it is gzipped, in UTF-8 when it was UTF-16, without a byte order mark. */
export async function* bytesOf(path: string, encoding?: Records['encoding']): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: 1 << 20 })
  const source = path.toLowerCase().endsWith('.gz') ? file.pipe(createGunzip()) : file
  const decoder = encoding === 'utf-16' ? await utf16(path) : undefined
  let first = true
  for await (const chunk of source as AsyncIterable<Buffer>) {
    const bytes = decoder ? Buffer.from(decoder.decode(chunk, { stream: true })) : chunk
    const marked = first && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
    first = false
    yield marked ? bytes.subarray(3) : bytes
  }
}

async function utf16(path: string): Promise<InstanceType<typeof TextDecoder>> {
  for await (const chunk of createReadStream(path, { end: 1 }) as AsyncIterable<Buffer>)
    return new TextDecoder(chunk[0] === 0xfe ? 'utf-16be' : 'utf-16le')
  return new TextDecoder('utf-16le')
}

/**
 * Calls `onRecord` with the bytes of each record that is not blank, without its line end: first the header
 * (number 0), then the data rows from 1. Stops early when it answers `false`.
 */
export async function eachRecord(
  file: Records,
  onRecord: (bytes: Buffer, number: number) => false | undefined,
): Promise<void> {
  const separator = file.separator.charCodeAt(0)
  let rest: Buffer = Buffer.alloc(0)
  let number = 0
  const give = (bytes: Buffer): false | undefined => {
    const end = bytes.at(-1) === RETURN ? bytes.length - 1 : bytes.length
    if (end === 0) return undefined
    return onRecord(bytes.subarray(0, end), number++)
  }
  for await (const chunk of bytesOf(file.path, file.encoding)) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let start = 0
    for (;;) {
      const end = file.spanning ? endOfRecord(bytes, start, separator) : bytes.indexOf(NEWLINE, start)
      if (end < 0) break
      if (give(bytes.subarray(start, end)) === false) return
      start = end + 1
    }
    rest = bytes.subarray(start)
  }
  if (rest.length > 0) give(rest)
}

/** Where the record that begins at `start` ends: at a line break outside quotes; -1 when it goes on. */
function endOfRecord(bytes: Buffer, start: number, separator: number): number {
  let quoted = false
  let fieldStart = true
  for (let i = start; i < bytes.length; i++) {
    const byte = bytes[i]
    if (byte === QUOTE && (quoted || fieldStart)) quoted = !quoted
    else if (byte === NEWLINE && !quoted) return i
    fieldStart = byte === separator && !quoted
    // A doubled quote closes and opens again: the field goes on.
    if (byte === QUOTE && !quoted && bytes[i + 1] === QUOTE) fieldStart = true
  }
  return -1
}

const windows1252 = new TextDecoder('windows-1252')

/** The text of a record. What is not UTF-8 is read as Windows-1252, which holds Latin-1 and what Windows adds to it. */
export function textOf(bytes: Buffer, encoding: Records['encoding']): string {
  return encoding === 'latin-1' ? windows1252.decode(bytes) : bytes.toString('utf8')
}

/**
 * The fields of a record. A quote counts at the beginning of a field only; a doubled one is one.
 * @param onStray called for each stray quote: one that begins a field and is not closed, or stands in a quoted one and is not doubled:
 *   it is taken for text
 */
export function fieldsOf(text: string, separator: string, onStray?: () => void): string[] {
  if (!text.includes('"')) return text.split(separator)
  const fields: string[] = []
  let at = 0
  for (;;) {
    const closing = text[at] === '"' ? closingQuote(text, at + 1, separator, onStray) : -1
    if (closing >= 0) {
      fields.push(text.slice(at + 1, closing).replaceAll('""', '"'))
      at = closing + 1
    } else {
      if (text[at] === '"') onStray?.()
      const end = text.indexOf(separator, at)
      fields.push(end < 0 ? text.slice(at) : text.slice(at, end))
      at = end < 0 ? text.length : end
    }
    if (at >= text.length) return fields
    at += separator.length
  }
}

/** The quote that closes a field is followed by a separator or by the end; -1 when there is none. */
function closingQuote(text: string, from: number, separator: string, onStray?: () => void): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 1)) {
    if (text[at + 1] === '"') at++
    else if (at + 1 === text.length || text.startsWith(separator, at + 1)) return at
    else onStray?.()
  }
  return -1
}
