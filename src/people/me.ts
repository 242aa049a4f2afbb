import { useQuery } from '@tanstack/react-query'
import { createContext, useContext } from 'react'
import { call } from '../kit/ui/call.ts'
import { caseWorkers, type Role } from './roles.ts'
import { type Me, type Places, peopleRoutes } from './routes.ts'

/** Where this tab remembers the account name, to fill it in when the session ends. */
export const lastUser = 'huisheng:username'

export const MeContext = createContext<Me | null>(null)

/** The person signed in. Only below the office shell. */
export const useMe = (): Me => {
  const me = useContext(MeContext)
  if (!me) throw new Error('useMe outside the shell')
  return me
}

export const has = (me: Pick<Me, 'roles'>, ...any: Role[]) => any.some((r) => me.roles.includes(r))

/** Whether this person's post takes part in case work at all; the same list as the policy's. */
export const worksOnMatters = (me: Pick<Me, 'roles'>) => has(me, ...caseWorkers)

/** Whose post may register a matter; the same list as the register move's. */
export const registers = (me: Pick<Me, 'roles'>) =>
  has(me, 'clerk', 'petitionHead', 'areaSecretary', 'villageOfficer', 'gridWorker', 'leadOfficial', 'disciplineLiaison')

const none: Places = { areas: [], villages: [], grids: [], units: [], staff: [] }

/** Areas, villages, grids, units and staff of the town, read once and kept for five minutes. */
export const usePlaces = (): Places & { ready: boolean } => {
  const { data } = useQuery({ queryKey: ['places'], queryFn: () => call(peopleRoutes.places), staleTime: 300_000 })
  return { ...(data ?? none), ready: data !== undefined }
}
