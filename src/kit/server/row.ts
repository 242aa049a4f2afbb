import type { Selectable, Transaction } from 'kysely'
import type { DB } from '../../../db/types.ts'
import { NotFound } from '../errors.ts'

/** Tables whose rows are a town's, by id. */
type OfTown = { [T in keyof DB]: DB[T] extends { townId: unknown; id: unknown } ? T : never }[keyof DB]

/** A row of the town, kept from others until this transaction ends; NotFound, in the words given, where there is none. */
export const lockRow = async <T extends OfTown>(
  tx: Transaction<DB>,
  table: T,
  townId: string,
  id: string,
  missing?: string,
): Promise<Selectable<DB[T]>> => {
  const row = await tx
    .selectFrom(table as 'circular')
    .selectAll()
    .where('townId', '=', townId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) throw new NotFound(missing)
  return row as unknown as Selectable<DB[T]>
}

/** Other values for a row of the town. */
export const setRow = async <T extends OfTown>(
  tx: Transaction<DB>,
  table: T,
  townId: string,
  id: string,
  set: Partial<Record<keyof DB[T], unknown>>,
): Promise<void> => {
  await tx
    .updateTable(table as 'circular')
    .set(set as never)
    .where('townId', '=', townId)
    .where('id', '=', id)
    .execute()
}
