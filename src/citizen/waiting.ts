import type { z } from 'zod'
import type { citizenRoutes } from './routes.ts'
import { wordKinds } from './view.ts'

/** Where on the matter page the petitioner's words stand. */
export const wordsPlace = 'petitioner-words'

type Words = Pick<z.infer<(typeof citizenRoutes)['words']['response']>, 'words' | 'answerRefusal' | 'quality'>

/** What of the petitioner's waits for this person, in one sentence each; nothing for whoever can't answer it. */
export const waitingFor = (w: Words): string[] => {
  // A request for review is answered by the organ above, in its own step.
  const open =
    w.answerRefusal === null
      ? w.words.filter((x) => x.answeredOn === null && x.kind !== 'review' && x.kind !== 'recheck')
      : []
  const kinds = [...new Set(open.map((x) => wordKinds[x.kind]))]
  return [
    ...(open.length > 0 ? [`信访人有 ${open.length} 条话等您回复：${kinds.join('、')}`] : []),
    ...(w.quality && w.quality.closedOn === null && w.quality.refusal === null ? ['评价不满意，等您做质量检查'] : []),
  ]
}
