import { button, h } from './dom.ts'
import { say } from './frame.ts'
import { ask } from './line.ts'
import type { Receipt } from './routes.ts'

/** What is held out now: in memory alone, until it is put away or the page is left. */
let shown: { id: string; receipt: Receipt } | null = null
addEventListener('hashchange', () => {
  shown = null
})

const slip = (id: string, x: Receipt) =>
  h(
    'section',
    { class: 'note receipt', 'aria-label': '登记回执' },
    h('p', {}, '请本人拍照，或者抄给本人'),
    h('p', {}, '编号', h('b', {}, x.number)),
    h('p', {}, '查询码', h('b', {}, `${x.queryCode.slice(0, 5)} ${x.queryCode.slice(5)}`)),
    h('img', { src: x.qr, width: 140, height: 140, alt: '扫码查进度' }),
    x.tellBy ? h('p', {}, `最迟 ${x.tellBy}书面告知是不是受理、由谁办理`) : null,
    h('p', { class: 'muted' }, `查进度：扫码，或者打开 ${x.at}。查询码只给本人，不要替本人保存`),
    button('看完了，收起', () => put(id, null)),
  )
const opener = (id: string) =>
  button(
    '给本人看回执（编号和查询码）',
    async () => {
      const r = await ask('GET', `/api/field/matters/${id}/receipt`)
      if (r?.status === 200) return put(id, r.json as Receipt)
      say((r?.json as { message?: string } | null)?.message ?? '现在取不到回执，有网络时再按一次', true)
    },
    'main',
  )
const inside = (id: string) => (shown?.id === id ? slip(id, shown.receipt) : opener(id))
/** The page may have been drawn anew meanwhile: what stands there now is changed. */
const put = (id: string, receipt: Receipt | null) => {
  shown = receipt && { id, receipt }
  document.getElementById('receipt')?.replaceChildren(inside(id))
}

/** The petitioner's receipt, held out to be photographed; nothing of it is kept on the phone. */
export const receiptPart = (id: string): HTMLElement => h('div', { id: 'receipt', role: 'status' }, inside(id))
