import { lazy } from 'react'
import type { MatterPanel } from './petitions/page/slots.ts'

/**
 * Panels that other parts put on the matter page. One entry each:
 * `{ key: 'fiveDuties', where: 'beside', order: 15, Panel: lazy(() => import('./duty/FiveDuties.tsx')) }`
 */
export const matterPanels: readonly MatterPanel[] = [
  { key: 'waiting', where: 'top', order: 10, Panel: lazy(() => import('./citizen/WaitingPanel.tsx')) },
  { key: 'words', where: 'beside', order: 25, Panel: lazy(() => import('./citizen/WordsPanel.tsx')) },
  {
    key: 'before',
    where: 'beside',
    order: 11,
    // Until it is decided whether it is taken; afterwards what was said stays to be read.
    when: (view) =>
      ['received', 'registered', 'forwarded', 'objected'].includes(view.matter.state) ||
      view.records.some((r) => r.kind === 'before'),
    Panel: lazy(() => import('./petitions/register/BeforePanel.tsx')),
  },
  {
    key: 'fiveDuties',
    where: 'beside',
    order: 15,
    when: (view) => view.matter.duties !== null,
    Panel: lazy(() => import('./duty/FiveDuties.tsx')),
  },
  {
    key: 'passes',
    where: 'beside',
    order: 12,
    when: (view) =>
      view.matter.passes.length > 0 ||
      view.matter.echo !== null ||
      // On the ground the next step is up or down.
      (view.matter.mainUnitId === null && view.offers.some((o) => o.move === 'passUp' && o.refusal === null)),
    Panel: lazy(() => import('./ground/desk/MatterPasses.tsx')),
  },
  {
    key: 'stronger',
    where: 'beside',
    order: 16,
    when: (view) => !view.matter.sealed,
    Panel: lazy(() => import('./duty/stronger/MatterStronger.tsx')),
  },
  {
    key: 'duty',
    where: 'tab',
    label: '会诊与承诺',
    order: 80,
    when: (view) => !view.matter.sealed,
    Panel: lazy(() => import('./duty/MatterDuty.tsx')),
  },
  {
    key: 'courtesy',
    where: 'beside',
    order: 70,
    when: (view) => !view.matter.sealed,
    Panel: lazy(() => import('./petitions/courtesy/Panel.tsx')),
  },
  { key: 'recusal', where: 'beside', order: 60, Panel: lazy(() => import('./petitions/protect/Panels.tsx')) },
  {
    key: 'readers',
    where: 'tab',
    label: '谁查看过',
    order: 90,
    Panel: lazy(() => import('./petitions/protect/Readers.tsx')),
  },
  {
    key: 'mediation',
    where: 'tab',
    label: '调解',
    order: 82,
    when: (view) => !view.matter.sealed,
    Panel: lazy(() => import('./mediation/MatterTab.tsx')),
  },
  {
    key: 'supervision',
    where: 'tab',
    label: '督办与建议',
    order: 85,
    when: (view) => !view.matter.sealed,
    Panel: lazy(() => import('./supervision/MatterTab.tsx')),
  },
]
