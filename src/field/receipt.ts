import { button, h } from './dom.ts'
import { say } from './frame.ts'
import { ask } from './line.ts'
import type { Receipt } from './routes.ts'

/** A button that shows the petitioner his receipt; nothing of it is kept on the phone. */
export const receiptButton = (id: string): HTMLElement => {
  const place = h('div', { class: 'field' })
  const show = async () => {
    const r = await ask('GET', `/api/field/matters/${id}/receipt`)
    if (r?.status !== 200) {
      const sentence = (r?.json as { message?: string } | null)?.message
      return say(sentence ?? '现在取不到回执，有网络时再按一次', true)
    }
    const x = r.json as Receipt
    place.replaceChildren(
      h(
        'section',
        { class: 'note receipt', role: 'status', 'aria-label': '登记回执' },
        h('p', {}, '请本人拍照，或者抄给本人'),
        h('p', {}, '编号', h('b', {}, x.number)),
        h('p', {}, '查询码', h('b', {}, `${x.queryCode.slice(0, 5)} ${x.queryCode.slice(5)}`)),
        h('img', { src: x.qr, width: 140, height: 140, alt: '扫码查进度' }),
        x.tellBy ? h('p', {}, `最迟 ${x.tellBy} 书面告知是不是受理、由谁办理`) : null,
        h('p', { class: 'muted' }, `查进度：扫码，或者打开 ${x.at}。查询码只给本人，不要替本人保存`),
        button('看完了，收起', () => place.replaceChildren(open), 'quiet'),
      ),
    )
  }
  const open = button('给本人看回执（编号和查询码）', () => void show(), 'main')
  place.append(open)
  return place
}
