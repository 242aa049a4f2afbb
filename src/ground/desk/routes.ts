import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { route } from '../../kit/route.ts'
import type { Role } from '../../people/roles.ts'
import { DayText, grades, levels, states } from '../../petitions/petition.ts'
import { heads } from './desk.ts'

/** Whose desk this is: the ground itself, and the office that answers for it. */
export const atDesk = [
  'areaSecretary',
  'villageOfficer',
  'gridWorker',
  'clerk',
  'petitionHead',
] as const satisfies Role[]

export const DeskRow = z.object({
  id: z.string(),
  number: z.string(),
  title: z.string(),
  village: z.string(),
  grade: codes(grades).nullable(),
  state: codes(states),
  level: codes(levels),
  /** Who has it in hand, and who was passed over on the way. */
  bearer: z.string(),
  notes: z.array(z.string()),
  lastPass: z.string(),
  dueOn: DayText.nullable(),
  stuck: z.string(),
  echoDueOn: DayText.nullable(),
  echo: z.string(),
  heads: z.array(codes(heads)),
})
export type DeskRow = z.infer<typeof DeskRow>

export const deskRoutes = {
  areaDesk: route({
    method: 'GET',
    path: '/api/area-desk',
    says: '管区办理：报上来的、可以就地办的、停住的、等告知的；只有自己看得到的事项',
    may: atDesk,
    response: z.array(DeskRow),
  }),
}
