import type { Role } from '../../people/roles.ts'

/** Who sees the map, and who may put in the outlines. */
export const readsMap = [
  'clerk',
  'petitionHead',
  'areaSecretary',
  'villageOfficer',
  'leadOfficial',
  'townLeader',
] as const satisfies Role[]
export const keepsMap = ['petitionHead'] as const satisfies Role[]

/**
 * What the map colours: the office's own work and nothing of who petitions where. Counts of matters stand in the table, in
 * the fixed order of the villages, and colour nothing.
 */
export const standings = {
  vacant: '岗位空缺',
  blank: '排查未报',
  late: '该去未去',
  done: '没有欠账',
} as const
export type Standing = keyof typeof standings

/** One standing for each village: the heaviest of the office's debts. */
export const standingOf = (v: { vacant: number; blanks: number; visitLate: boolean }): Standing =>
  v.vacant > 0 ? 'vacant' : v.blanks > 0 ? 'blank' : v.visitLate ? 'late' : 'done'
