import type { z } from 'zod'
import type { MatterView } from '../petitions/routes.ts'
import type { citizenRoutes, WordRow } from './routes.ts'
import { wordKinds } from './view.ts'

/** Where on the matter page the petitioner's words stand. */
export const wordsPlace = 'petitioner-words'

type Words = Pick<z.infer<(typeof citizenRoutes)['words']['response']>, 'words' | 'answerRefusal' | 'quality'>

/** The moves by which this person may record what the petitioner wrote to withdraw; none for other words, or once it is done. */
export const withdrawalsOf = (
  view: { offers: Pick<MatterView['offers'][number], 'move' | 'label' | 'refusal'>[] },
  word: Pick<WordRow, 'kind'>,
) =>
  word.kind === 'withdrawal'
    ? ['withdrawReview', 'withdraw'].flatMap((m) => view.offers.filter((o) => o.move === m && o.refusal === null))
    : []

/** What of the petitioner's waits for this person, in one sentence each; nothing for whoever can't answer it. */
export const waitingFor = (w: Words, withdrawn = false): string[] => {
  // A request for review is answered by the organ above, in its own step; a withdrawal by being recorded.
  const open =
    w.answerRefusal === null
      ? w.words.filter(
          (x) =>
            x.answeredOn === null &&
            x.kind !== 'review' &&
            x.kind !== 'recheck' &&
            !(x.kind === 'withdrawal' && withdrawn),
        )
      : []
  const kinds = [...new Set(open.map((x) => wordKinds[x.kind]))]
  return [
    ...(open.length > 0 ? [`信访人有 ${open.length} 条话等您回复：${kinds.join('、')}`] : []),
    ...(w.quality && w.quality.closedOn === null && w.quality.refusal === null ? ['评价不满意，等您做质量检查'] : []),
  ]
}
