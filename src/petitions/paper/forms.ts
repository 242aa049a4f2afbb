import { options } from '../../kit/choice.ts'
import type { Ask } from '../page/forms.ts'
import { adoptions, adviceKinds, supervisionFaults } from './move.ts'

const onDay: Ask = { name: 'onDay', label: '日期', kind: 'day', initial: (_v, today) => today }

/** The forms of the moves that put out papers without changing the state of the matter. */
export const paperForms: Record<string, Ask[]> = {
  registrationForm: [],
  writeLetter: [
    { name: 'body', label: '正文', kind: 'long', hint: '用平常话写：办到哪一步、谁在办、哪天有结果；不超过 400 字' },
    { name: 'next', label: '您可以这样做', kind: 'long', hint: '信访人接下来可以做什么；可不填' },
    { name: 'contact', label: '联系人和电话', kind: 'text' },
  ],
  superviseUnit: [
    { name: 'unitId', label: '被督办的单位', kind: 'unit', initial: (v) => v.matter.mainUnitId },
    { name: 'fault', label: '督办情形（第四十条）', kind: 'choice', options: options(supervisionFaults) },
    { name: 'facts', label: '发现的情况', kind: 'long' },
    { name: 'demand', label: '要求', kind: 'long' },
    { name: 'answerBy', label: '答复期限', kind: 'day', ahead: true },
  ],
  answerSupervision: [onDay, { name: 'body', label: '改正的情况', kind: 'long' }],
  advise: [
    { name: 'unitId', label: '被建议的单位', kind: 'unit', initial: (v) => v.matter.mainUnitId },
    { name: 'adviceKind', label: '建议类别', kind: 'choice', options: options(adviceKinds) },
    { name: 'problem', label: '发现的问题', kind: 'long' },
    { name: 'advice', label: '建议', kind: 'long', hint: '被建议的单位三十日内反馈采纳情况' },
  ],
  answerAdvice: [
    onDay,
    { name: 'adopted', label: '采纳情况', kind: 'choice', options: options(adoptions) },
    { name: 'body', label: '反馈的内容', kind: 'long' },
  ],
}
