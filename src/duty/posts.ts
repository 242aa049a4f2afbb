import type { Role } from '../people/roles.ts'

/** The office as it meets over cases: those who run it and the leaders. What each sees of a matter is settled for every matter. */
export const table = ['clerk', 'petitionHead', 'leadOfficial', 'townLeader'] as const satisfies Role[]
/** Who prepares and runs. */
export const runsIt = ['petitionHead'] as const satisfies Role[]
export const prepares = ['petitionHead', 'townLeader'] as const satisfies Role[]
