import type { Role } from '../people/roles.ts'
import { managers } from './routes.ts'

/** Whether these posts manage assessment: make plans, review reports, answer appeals, record outcomes. */
export const manages = (held: readonly Role[]): boolean => managers.some((r) => held.includes(r))
