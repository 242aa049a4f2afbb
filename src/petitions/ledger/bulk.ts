import type { StaffPick } from '../../people/routes.ts'
import type { LedgerRow } from '../routes.ts'

interface Known {
  areas: { id: string; name: string }[]
  villages: { id: string; name: string; areaId: string }[]
  staff: Pick<StaffPick, 'id' | 'name' | 'roles' | 'areaIds' | 'villageIds' | 'active'>[]
}
export interface Owners {
  areaOwnerId: string | null
  villageOwnerId: string | null
  names: string
}

/** The village officer and area secretary of a row's own place: whom the office means when it assigns many at once. */
export const ownersOf = (row: Pick<LedgerRow, 'area' | 'village'>, { areas, villages, staff }: Known): Owners => {
  const area = areas.find((a) => a.name === row.area)
  const village = villages.find((v) => v.name === row.village && (!area || v.areaId === area.id))
  const areaOwner =
    area && staff.find((s) => s.active && s.roles.includes('areaSecretary') && s.areaIds.includes(area.id))
  const villageOwner =
    village && staff.find((s) => s.active && s.roles.includes('villageOfficer') && s.villageIds.includes(village.id))
  return {
    areaOwnerId: areaOwner?.id ?? null,
    villageOwnerId: villageOwner?.id ?? null,
    names: [areaOwner && `管区 ${areaOwner.name}`, villageOwner && `村 ${villageOwner.name}`]
      .filter(Boolean)
      .join('，'),
  }
}

export interface Batch<T> {
  items: { id: string; version: number }[]
  with: T
}

/** Rows put together where what is sent with them is the same, in the order first met. */
export const batches = <T>(rows: LedgerRow[], by: (row: LedgerRow) => T): Batch<T>[] => {
  const out = new Map<string, Batch<T>>()
  for (const row of rows) {
    const what = by(row)
    const key = JSON.stringify(what)
    const batch = out.get(key) ?? { items: [], with: what }
    batch.items.push({ id: row.id, version: row.version })
    out.set(key, batch)
  }
  return [...out.values()]
}
