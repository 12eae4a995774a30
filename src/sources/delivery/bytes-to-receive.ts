import { stat } from 'node:fs/promises'
import type { AcceptedFile, Delivered } from './model.ts'
import { type Recognised, recogniseFolder, sameSlot } from './recognise.ts'

/**
 * How many times its own bytes a delivered file asks for. Of a Parquet file the copy that is kept and 1.3 times as
 * much in the lake, of a CSV file the copy and a tenth (2,000 invented persons); the rest is for what is written on
 * the way: spill, and the copy in plain UTF-8 of a CSV file with quotes or in Latin-1, which unpacks a packed one
 * to some ten times its size.
 */
const TIMES = { plain: 4, packed: 14 } as const

/**
 * About how many bytes receiving a delivery writes when most of them are there. Only files that are taken count, and
 * not those of which one of the same table, period, part and size is kept: they are not received again.
 */
export async function bytesToReceive(
  source: Delivered,
  dir: string,
  earlier: readonly AcceptedFile[],
): Promise<number> {
  const { recognised } = await recogniseFolder(source, dir)
  const each = await Promise.all(recognised.map((file) => askedBy(file, earlier)))
  return each.reduce((sum, bytes) => sum + bytes, 0)
}

async function askedBy(file: Recognised, earlier: readonly AcceptedFile[]): Promise<number> {
  const { size } = await stat(file.path)
  const kept = earlier.find((one) => sameSlot(one, file))
  const there = kept && (await stat(kept.path).catch(() => undefined))
  if (there?.size === size) return 0
  return size * (file.path.toLowerCase().endsWith('.gz') ? TIMES.packed : TIMES.plain)
}
