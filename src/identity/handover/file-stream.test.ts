import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { sendFiles, takeFiles } from './file-stream.ts'

async function sent(): Promise<{ dir: string; bytes: Buffer }> {
  const dir = await mkdtemp(join(tmpdir(), 'chainon-handover-'))
  await writeFile(join(dir, 'a'), 'first\nwith lines\n')
  await writeFile(join(dir, 'b'), Buffer.alloc(300_000, 9))
  const pipe = new PassThrough()
  const held: Buffer[] = []
  pipe.on('data', (data: Buffer) => held.push(data))
  await sendFiles(pipe, [
    { name: 'patients.parquet', path: join(dir, 'a') },
    { name: 'activities.parquet', path: join(dir, 'b') },
  ])
  return { dir, bytes: Buffer.concat(held) }
}
/** The same bytes, cut anywhere on their way. */
const inPieces = (bytes: Buffer, size: number): Readable =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    ),
  )

test('files arrive whole, however the pipe cuts them', async () => {
  const { dir, bytes } = await sent()
  for (const size of [7, 65536, bytes.length]) {
    const folder = join(dir, `taken-${size}`)
    await takeFiles(inPieces(bytes, size), folder)
    expect((await readdir(folder)).sort()).toEqual(['activities.parquet', 'patients.parquet'])
    expect(await readFile(join(folder, 'patients.parquet'), 'utf8')).toBe('first\nwith lines\n')
    expect((await readFile(join(folder, 'activities.parquet'))).equals(Buffer.alloc(300_000, 9))).toBe(true)
  }
})

test('a hand-over that was cut or altered leaves nothing, and what stood there before stays', async () => {
  const { dir, bytes } = await sent()
  const folder = join(dir, 'taken')
  await takeFiles(inPieces(bytes, 1000), folder)
  for (const length of [0, 10, 500, bytes.length - 5])
    await expect(takeFiles(inPieces(bytes.subarray(0, length), 1000), folder)).rejects.toMatchObject({
      code: 'identity/handover-cut',
    })
  const altered = Buffer.from(bytes)
  altered[altered.length - 100] = 1
  await expect(takeFiles(inPieces(altered, 1000), folder)).rejects.toMatchObject({
    code: 'identity/handover-cut',
  })
  expect((await readdir(dir)).sort()).toEqual(['a', 'b', 'taken'])
  expect(await readFile(join(folder, 'patients.parquet'), 'utf8')).toBe('first\nwith lines\n')
})
