import { type ComponentType, lazy } from 'react'
import { has, registers, worksOnMatters } from './people/me.ts'
import type { Me } from './people/routes.ts'

/** A page of the office, and its line in the menu if it has one. */
export interface OfficePage {
  /** Address without the leading slash; may carry parameters (`matter/:id`). */
  path: string
  Page: ComponentType
  /** The line in the rail; a page without one is reached from another. */
  label?: string
  /** Heading in the rail under which the line stands; none stands first. */
  group?: '责任' | '研判' | '管理'
  /** Key of the ready-made filter whose true count stands beside the line. */
  count?: string
  /** Who sees the line; the server decides what the page may read. Everyone by default. */
  when?: (me: Me) => boolean
  /** Nobody else has anything to read on it: a typed address is told so. */
  only?: boolean
}

const desk = (me: Me) => has(me, 'clerk', 'petitionHead')

/** Whose work is supervised, or who supervises it. */
const answers = (me: Me) => worksOnMatters(me) && !me.roles.every((r) => r === 'gridWorker' || r === 'mediator')

/** Who meets over the adoption of cases. */
const adopts = (me: Me) => has(me, 'clerk', 'petitionHead', 'leadOfficial', 'townLeader')

/** Every page of the office except the first one; a new module adds its line here. */
export const officePages: readonly OfficePage[] = [
  {
    path: 'ledger',
    label: '信访台账',
    count: 'all',
    when: worksOnMatters,
    Page: lazy(() => import('./petitions/ledger/Page.tsx')),
  },
  {
    path: 'register',
    label: '登记',
    when: registers,
    only: true,
    Page: lazy(() => import('./petitions/register/Form.tsx')),
  },
  { path: 'import', label: '导入', when: desk, only: true, Page: lazy(() => import('./petitions/ledger/Import.tsx')) },
  { path: 'matter/:id', Page: lazy(() => import('./petitions/Page.tsx')) },
  {
    path: 'sealed',
    label: '密封件',
    when: (me) => has(me, 'disciplineLiaison'),
    Page: lazy(async () => ({ default: (await import('./petitions/protect/Sealed.tsx')).SealedList })),
  },
  {
    path: 'sealed/:id',
    Page: lazy(async () => ({ default: (await import('./petitions/protect/Sealed.tsx')).SealedPage })),
  },
  {
    path: 'recusals',
    label: '回避决定',
    group: '责任',
    when: (me) => has(me, 'petitionHead', 'townLeader', 'disciplineLiaison'),
    Page: lazy(() => import('./petitions/protect/Decisions.tsx')),
  },
  {
    path: 'upper-reviews',
    label: '下级复查复核',
    group: '责任',
    // Organs above the townships, by their division code, have others below them.
    when: (me) => /^\d{6}000/.test(me.town.code) && has(me, 'clerk', 'petitionHead', 'leadOfficial', 'townLeader'),
    Page: lazy(() => import('./petitions/upper/Upper.tsx')),
  },
  {
    path: 'kin',
    label: '近亲属申报',
    group: '管理',
    Page: lazy(() => import('./petitions/protect/Kin.tsx')),
  },
  {
    path: 'mediation',
    label: '矛盾调解',
    when: worksOnMatters,
    Page: lazy(() => import('./mediation/Page.tsx')),
  },
  { path: 'mediation/new', Page: lazy(() => import('./mediation/Register.tsx')) },
  { path: 'mediation/disputes/:id', Page: lazy(() => import('./mediation/DisputePage.tsx')) },
  { path: 'mediation/disputes/:id/dossier', Page: lazy(() => import('./mediation/Papers.tsx')) },
  {
    path: 'mediation/disputes/:id/papers/:paperId',
    Page: lazy(async () => ({ default: (await import('./mediation/Papers.tsx')).DisputePaperPage })),
  },
  { path: 'mediation/stations/:id', Page: lazy(() => import('./mediation/Station.tsx')) },
  { path: 'mediation/letters/:id', Page: lazy(() => import('./mediation/Letter.tsx')) },
  {
    path: 'screening',
    label: '排查清仓',
    when: worksOnMatters,
    Page: lazy(() => import('./ground/Campaigns.tsx')),
  },
  {
    path: 'area-desk',
    label: '上报与交回',
    when: (me) => has(me, 'areaSecretary', 'villageOfficer', 'gridWorker', 'clerk', 'petitionHead'),
    Page: lazy(() => import('./ground/desk/AreaDesk.tsx')),
  },
  {
    path: 'visits',
    label: '走访',
    when: worksOnMatters,
    Page: lazy(() => import('./ground/visits/Visits.tsx')),
  },
  {
    path: 'coverage',
    label: '覆盖图',
    when: (me) => has(me, 'clerk', 'petitionHead', 'areaSecretary', 'villageOfficer', 'leadOfficial', 'townLeader'),
    Page: lazy(() => import('./ground/map/Coverage.tsx')),
  },
  { path: 'village/:id', Page: lazy(() => import('./ground/visits/Village.tsx')) },
  { path: 'screening/:id', Page: lazy(() => import('./ground/Campaign.tsx')) },
  { path: 'screening/:id/:placeId', Page: lazy(() => import('./ground/Report.tsx')) },
  {
    path: 'mine',
    label: '我的责任',
    group: '责任',
    when: (me) => has(me, 'leadOfficial', 'townLeader'),
    Page: lazy(() => import('./duty/Mine.tsx')),
  },
  {
    path: 'adoption',
    label: '包案轮次',
    group: '责任',
    when: adopts,
    Page: lazy(() => import('./duty/adoption/Rounds.tsx')),
  },
  {
    path: 'promises',
    label: '承诺',
    group: '责任',
    when: worksOnMatters,
    Page: lazy(() => import('./duty/promise/Promises.tsx')),
  },
  {
    path: 'receptions',
    label: '领导接访',
    group: '责任',
    when: adopts,
    Page: lazy(() => import('./duty/reception/Receptions.tsx')),
  },
  {
    path: 'watch',
    label: '值班安排',
    group: '责任',
    when: worksOnMatters,
    Page: lazy(() => import('./duty/watch/Watch.tsx')),
  },
  {
    path: 'consultations',
    label: '会诊',
    group: '责任',
    when: adopts,
    Page: lazy(() => import('./duty/consultation/Consultations.tsx')),
  },
  {
    path: 'dispatch',
    label: '积案调度',
    group: '责任',
    when: adopts,
    Page: lazy(() => import('./duty/dispatch/Dispatch.tsx')),
  },
  {
    path: 'stronger',
    label: '加强责任',
    group: '责任',
    when: (me) => adopts(me) || has(me, 'areaSecretary', 'unitHandler'),
    Page: lazy(() => import('./duty/stronger/Stronger.tsx')),
  },
  { path: 'dispatch/:id', Page: lazy(() => import('./duty/dispatch/Meeting.tsx')) },
  { path: 'adoption/new', Page: lazy(() => import('./duty/adoption/Prepare.tsx')) },
  { path: 'adoption/:id', Page: lazy(() => import('./duty/adoption/Round.tsx')) },
  { path: 'adoption/:id/edit', Page: lazy(() => import('./duty/adoption/Prepare.tsx')) },
  {
    path: 'reminders',
    label: '通报提醒',
    group: '责任',
    when: worksOnMatters,
    Page: lazy(() => import('./supervision/Reminders.tsx')),
  },
  {
    path: 'open',
    label: '三务公开',
    group: '管理',
    when: worksOnMatters,
    Page: lazy(() => import('./open/Open.tsx')),
  },
  {
    path: 'papers',
    label: '文书与模板',
    group: '管理',
    when: (me) => (worksOnMatters(me) && !me.roles.every((r) => r === 'disciplineLiaison')) || has(me, 'systemAdmin'),
    only: true,
    Page: lazy(() => import('./documents/Templates.tsx')),
  },
  { path: 'annual', Page: lazy(() => import('./petitions/paper/Annual.tsx')) },
  {
    path: 'board',
    label: '清单闭环',
    group: '责任',
    when: answers,
    only: true,
    Page: lazy(() => import('./supervision/Board.tsx')),
  },
  {
    path: 'supervision',
    label: '督导督办',
    group: '责任',
    when: answers,
    only: true,
    Page: lazy(() => import('./supervision/Supervision.tsx')),
  },
  {
    path: 'courtesy',
    label: '四声五心',
    group: '责任',
    when: worksOnMatters,
    Page: lazy(() => import('./petitions/courtesy/Results.tsx')),
  },
  {
    path: 'assessment',
    label: '党建考核',
    group: '责任',
    when: worksOnMatters,
    Page: lazy(() => import('./assessment/Page.tsx')),
  },
  {
    path: 'cards',
    label: '便民服务卡',
    group: '管理',
    when: desk,
    Page: lazy(() => import('./citizen/Cards.tsx')),
  },
  {
    path: 'calendar',
    label: '放假安排',
    group: '管理',
    when: (me) => has(me, 'petitionHead'),
    Page: lazy(() => import('./petitions/CalendarPage.tsx')),
  },
  {
    path: 'people',
    label: '人员与地点',
    group: '管理',
    when: (me) => has(me, 'systemAdmin', 'securityAdmin', 'petitionHead'),
    Page: lazy(() => import('./people/Admin.tsx')),
  },
  {
    path: 'audit',
    only: true,
    label: '留痕查阅',
    group: '管理',
    when: (me) => has(me, 'auditor', 'auditAdmin'),
    Page: lazy(() => import('./audit/Logs.tsx')),
  },
]
